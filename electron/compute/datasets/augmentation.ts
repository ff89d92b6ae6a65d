// Random changes of a training patch that keep its labels right: how it is turned, scaled, mirrored, and how its values shift.
import type { TrainConfig } from '#common/ipc/training'
import type { RandomStream } from '#models/layers/random'

/** From patch pixels, counted from its centre, to slice pixels: rotation times scale, columns and rows. */
export interface Turn {
  readonly columnToColumn: number
  readonly rowToColumn: number
  readonly columnToRow: number
  readonly rowToRow: number
}

export interface Intensity {
  /** Added, in standard deviations of the training data. */
  readonly shift: number
  /** Times the difference to the patch's mean. */
  readonly contrast: number
  /** Standard deviation of added Gaussian noise. */
  readonly noise: number
}

export interface Augmentation {
  /** null: pixels are copied as they are. */
  readonly turn: Turn | null
  readonly intensity: Intensity | null
}

export const NO_AUGMENTATION: Augmentation = { turn: null, intensity: null }

/** Each kind of change happens to this share of the patches, so that the network also sees images as they are. */
const SHARE = 0.5

export function drawAugmentation(config: TrainConfig['augmentation'], random: RandomStream): Augmentation {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform()
  const happens = (): boolean => random.uniform() < SHARE
  const degrees = happens() ? between(-config.rotationDegrees, config.rotationDegrees) : 0
  const scale = happens() ? between(1 - config.scale, 1 + config.scale) : 1
  const mirror = config.flipLeftRight && happens() ? -1 : 1
  const shift = happens() ? between(-config.brightness, config.brightness) : 0
  const contrast = happens() ? between(1 - config.contrast, 1 + config.contrast) : 1
  const noise = happens() ? between(0, config.noise) : 0
  const turned = degrees !== 0 || scale !== 1 || mirror !== 1
  const changed = shift !== 0 || contrast !== 1 || noise !== 0
  return {
    turn: turned ? turnOf(degrees, scale, mirror) : null,
    intensity: changed ? { shift, contrast, noise } : null,
  }
}

function turnOf(degrees: number, scale: number, mirror: number): Turn {
  const angle = (degrees * Math.PI) / 180
  const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale]
  return { columnToColumn: mirror * cosine, rowToColumn: -sine, columnToRow: mirror * sine, rowToRow: cosine }
}

/** Changes the values of one patch in place. */
export function applyIntensity(
  values: Float32Array,
  { shift, contrast, noise }: Intensity,
  random: RandomStream,
): void {
  let mean = 0
  for (let n = 0; n < values.length; n++) mean += values[n]!
  mean /= values.length
  for (let n = 0; n < values.length; n++) values[n] = mean + (values[n]! - mean) * contrast + shift
  if (noise > 0) for (let n = 0; n < values.length; n++) values[n]! += noise * random.normal()
}
