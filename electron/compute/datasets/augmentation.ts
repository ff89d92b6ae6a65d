// Random changes of a training patch that keep its labels right: how it is turned, scaled, mirrored, and how its values shift.
import type { TrainConfig } from '#common/ipc/training'
import { randomStream, type RandomStream } from '#models/layers/random'

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
  /** Neighbouring slices are shown in the opposite order. */
  readonly reversed: boolean
  /** null: pixels are copied as they are. */
  readonly turn: Turn | null
  readonly intensity: Intensity | null
}

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
    reversed: happens(),
    turn: turned ? turnOf(degrees, scale, mirror) : null,
    intensity: changed ? { shift, contrast, noise } : null,
  }
}

function turnOf(degrees: number, scale: number, mirror: number): Turn {
  const angle = (degrees * Math.PI) / 180
  const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale]
  return { columnToColumn: mirror * cosine, rowToColumn: -sine, columnToRow: mirror * sine, rowToRow: cosine }
}

/** A prime number of normal numbers: drawn once, read from a random place on, since drawing one for every pixel costs more than the rest. */
const NORMALS = (() => {
  const random = randomStream(1, 'noise table')
  return Float32Array.from({ length: 65_521 }, () => random.normal())
})()

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
  if (noise === 0) return
  let at = Math.floor(random.uniform() * NORMALS.length)
  for (let n = 0; n < values.length; n++) {
    values[n]! += noise * NORMALS[at]!
    at = at + 1 === NORMALS.length ? 0 : at + 1
  }
}
