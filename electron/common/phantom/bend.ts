// The slice's pixels in body space: the patient's size taken out, then bent by smooth random fields so that nothing is a perfect ellipse.
import type { PhantomPatient } from './patients'
import { createRandom } from './random'
import { bufferPool, nextSerial, type Bounds, type Frame, type SliceGrid, type Window } from './shapes/frame'
import { createSmoothField } from './smoothField'

/** Feature size and strength of the bends, mm: broad ones for build and posture, narrow ones for uneven organ surfaces. */
interface Bend {
  featureMm: number
  strengthMm: number
}
const BENDS: readonly Bend[] = [
  { featureMm: 70, strengthMm: 4.2 },
  { featureMm: 26, strengthMm: 0.9 },
]

export interface BentFrame extends Frame {
  /** Moves the frame to the slice at this z, patient mm. */
  moveTo(zMm: number): void
}

/** @param bends none leaves body space straight: patient space after scaling */
export function createBentFrame(
  patient: Pick<PhantomPatient, 'seed' | 'scale'>,
  grid: SliceGrid,
  bends: readonly Bend[] = BENDS,
): BentFrame {
  const { columns, rows } = grid
  const count = columns * rows
  const fields = (['x', 'y', 'z'] as const).map(axis =>
    bends.map(({ featureMm, strengthMm }) =>
      createSmoothField(createRandom(patient.seed, `bend ${axis} ${featureMm}`), grid, featureMm, strengthMm),
    ),
  )
  const coordinates = [new Float32Array(count), new Float32Array(count), new Float32Array(count)] as const
  const scratch = new Float32Array(count)
  /** How far coordinates were bent in this slice: [least, most] per axis. */
  const range = [0, 1, 2].map(() => ({ least: 0, most: 0 }))

  const frame: BentFrame = {
    serial: nextSerial(),
    columns,
    rows,
    x: coordinates[0],
    y: coordinates[1],
    z: coordinates[2],
    ...bufferPool(count),
    moveTo(zMm) {
      frame.serial = nextSerial()
      coordinates.forEach((values, axis) => {
        values.fill(0)
        for (const field of fields[axis]!) {
          field.fill(zMm, scratch)
          for (let n = 0; n < count; n++) values[n] = values[n]! + scratch[n]!
        }
        range[axis] = extremes(values)
      })
      addStraight(zMm)
    },
    window(bounds, marginMm = 0) {
      const [low, high] = pixelRange(bounds, 2, zOfSlice, marginMm)
      if (low > 0 || high < 0) return null
      const [i0, i1] = pixelRange(bounds, 0, grid.originMm[0], marginMm, grid.spacingMm[0])
      const [j0, j1] = pixelRange(bounds, 1, grid.originMm[1], marginMm, grid.spacingMm[1])
      const window: Window = {
        i0: Math.max(0, Math.floor(i0)),
        i1: Math.min(columns, Math.ceil(i1) + 1),
        j0: Math.max(0, Math.floor(j0)),
        j1: Math.min(rows, Math.ceil(j1) + 1),
      }
      return window.i0 < window.i1 && window.j0 < window.j1 ? window : null
    },
  }

  let zOfSlice = 0
  function addStraight(zMm: number): void {
    zOfSlice = zMm
    const [sx, sy, sz] = patient.scale
    for (let j = 0, n = 0; j < rows; j++) {
      const y = (grid.originMm[1] + j * grid.spacingMm[1]) / sy
      for (let i = 0; i < columns; i++, n++) {
        frame.x[n] = frame.x[n]! + (grid.originMm[0] + i * grid.spacingMm[0]) / sx
        frame.y[n] = frame.y[n]! + y
        frame.z[n] = frame.z[n]! + zMm / sz
      }
    }
  }
  /** Where along one axis the bounds can lie, in steps of `step` from `origin`. */
  function pixelRange(bounds: Bounds, axis: 0 | 1 | 2, origin: number, marginMm: number, step = 1): [number, number] {
    const scale = patient.scale[axis]
    const low = (bounds[2 * axis]! - range[axis]!.most) * scale - marginMm
    const high = (bounds[2 * axis + 1]! - range[axis]!.least) * scale + marginMm
    return [(low - origin) / step, (high - origin) / step]
  }
  return frame
}

function extremes(values: Float32Array): { least: number; most: number } {
  let least = Infinity
  let most = -Infinity
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!
    if (value < least) least = value
    if (value > most) most = value
  }
  return { least, most }
}
