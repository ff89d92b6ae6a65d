// Draws the picture of the welcome page, an axial slice of the phantom with its target map, as RGBA. Pure.
import { createScanner, PHANTOM_PATIENTS, sliceGrid } from '#common/phantom/index'
import { LABEL_COLORS } from '#common/project/labels'

export interface Picture {
  readonly columns: number
  readonly rows: number
  readonly rgba: Uint8ClampedArray<ArrayBuffer>
}

/** Soft-tissue window. */
const LEVEL_HU = 40
const WIDTH_HU = 400
const FILL = 0.3
/** Through liver, lesions, spleen and kidneys. */
const HEIGHT = 0.47

const channels = (color: string): number[] => [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16))

export function phantomPicture(columns = 384, rows = 384): Picture | null {
  const [patient] = PHANTOM_PATIENTS
  if (!patient) return null
  const slices = patient.size[2]
  const scanner = createScanner(patient, sliceGrid(patient, [columns, rows, slices]))
  const hu = new Int16Array(columns * rows)
  const labels = new Uint8Array(columns * rows)
  scanner.slice(Math.round(slices * HEIGHT), hu, labels)

  const colors = LABEL_COLORS.map(channels)
  const rgba = new Uint8ClampedArray(columns * rows * 4)
  for (let at = 0; at < hu.length; at++) {
    const grey = ((hu[at]! - LEVEL_HU) / WIDTH_HU + 0.5) * 255
    const label = labels[at]!
    const color = label === 0 ? undefined : colors[label - 1]
    const edge = color && [at - 1, at + 1, at - columns, at + columns].some(next => labels[next] !== label)
    const strength = color ? (edge ? 1 : FILL) : 0
    for (let c = 0; c < 3; c++) rgba[at * 4 + c] = grey * (1 - strength) + (color?.[c] ?? 0) * strength
    rgba[at * 4 + 3] = 255
  }
  return { columns, rows, rgba }
}
