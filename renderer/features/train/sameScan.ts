// What every figure of a run says that was validated on the scan it learnt from.
export const SAME_SCAN = 'same scan, not generalisation'
