// How volumes are prepared for models of images: as acquired, turned the network's way, unscaled, so that one scale fits all.
import type { Preprocessing } from '../ipc/training'
import type { Preparation } from './imageSource'

export const unscaled = (crop: Preparation['crop']): Preprocessing => ({
  ...{ spacingMm: [null, null, null], crop, clip: null, normalization: { mean: 0, sd: 1 } },
  ...{ padding: 'edge', orientation: 'LPS' },
})
