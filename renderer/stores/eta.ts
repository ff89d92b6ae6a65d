// How long work will still take, from its share. Pure.

const FIRST_SHARE = 0.03
const FIRST_MS = 800

/** Seconds left at a constant pace; null while too little is known, or when the share is unknown. */
export function secondsLeftOf(share: number | null, elapsedMs: number): number | null {
  if (share === null || share < FIRST_SHARE || elapsedMs < FIRST_MS) return null
  return share >= 1 ? 0 : ((elapsedMs / 1000) * (1 - share)) / share
}

/** done / total as a share; null without a total. */
export const shareOf = (done: number, total: number | null): number | null =>
  total === null || total <= 0 ? null : Math.min(1, Math.max(0, done / total))
