// Decoded images as pixels: one, a sheet of many, and an error map in colours. Pure.
import type { Pictures } from '#common/ipc/latent'
import { fromNetwork, inPlaneOf } from '#common/preprocessing/inPlane'
import type { RawImage } from '../../components'

/** [channels, rows, columns] of one picture; two numbers are rows and columns of grey. */
export function pictureSize({ shape }: Pick<Pictures, 'shape'>): { channels: number; rows: number; columns: number } {
  const [channels, rows, columns] = shape.length === 2 ? [1, ...shape] : shape
  return { channels: channels ?? 1, rows: rows ?? 1, columns: columns ?? 1 }
}

const elements = ({ shape }: Pick<Pictures, 'shape'>): number => shape.reduce((a, b) => a * b, 1)

export const pictureCount = (pictures: Pictures): number => pictures.values.length / elements(pictures)

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value * 255)))

/** Picture n: channels first as networks have them, samples last as screens do. Two channels, or more than three, show the first. */
export function pictureOf(pictures: Pictures, n: number): RawImage {
  const { channels, rows, columns } = pictureSize(pictures)
  const samples = channels === 3 ? 3 : 1
  const start = n * elements(pictures)
  const pixels = new Uint8Array(rows * columns * samples)
  for (let c = 0; c < samples; c++)
    for (let p = 0; p < rows * columns; p++)
      pixels[p * samples + c] = byte(pictures.values[start + c * rows * columns + p]!)
  return { columns, rows, samples, pixels }
}

/** All pictures in rows of `across`, with `gap` black pixels between them. */
export function sheetOf(pictures: Pictures, across: number, gap = 1): RawImage {
  const { rows, columns } = pictureSize(pictures)
  const count = pictureCount(pictures)
  const down = Math.ceil(count / across)
  const width = across * (columns + gap) - gap
  const height = down * (rows + gap) - gap
  const samples = pictureSize(pictures).channels === 3 ? 3 : 1
  const pixels = new Uint8Array(width * height * samples)
  for (let n = 0; n < count; n++) {
    const one = pictureOf(pictures, n)
    const [left, top] = [(n % across) * (columns + gap), Math.floor(n / across) * (rows + gap)]
    for (let row = 0; row < rows; row++)
      pixels.set(
        one.pixels.subarray(row * columns * samples, (row + 1) * columns * samples),
        ((top + row) * width + left) * samples,
      )
  }
  return { columns: width, rows: height, samples, pixels }
}

/** Dark to light through purple and orange: tokens.css --map-error (inferno, Smith and van der Walt, CC0). */
const ERROR_STOPS = [
  [0, 0, 4],
  [87, 16, 110],
  [188, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
] as const

/** A share of 0 to 1 as red, green, blue along stops at equal steps. */
export function along(stops: readonly (readonly [number, number, number])[], share: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, share)) * (stops.length - 1)
  const lower = stops[Math.min(stops.length - 2, Math.floor(at))]!
  const upper = stops[Math.min(stops.length - 1, Math.floor(at) + 1)]!
  const between = at - Math.min(stops.length - 2, Math.floor(at))
  return [0, 1, 2].map(c => Math.round(lower[c]! + (upper[c]! - lower[c]!) * between)) as [number, number, number]
}

/** Error map n, channels summed. */
function errorSums(maps: Pictures, n: number): Float32Array {
  const { channels, rows, columns } = pictureSize(maps)
  const start = n * elements(maps)
  const sums = new Float32Array(rows * columns)
  for (let c = 0; c < channels; c++)
    for (let p = 0; p < sums.length; p++) sums[p]! += maps.values[start + c * rows * columns + p]!
  return sums
}

/** Error map n in colours; the largest value of the map is the lightest. */
export const errorPicture = (maps: Pictures, n: number): RawImage => inColours(errorSums(maps, n), pictureSize(maps))

/** The same turned the way the slice was acquired, to lie over it. @param orientation of the slice, as `inPlaneOf` takes it */
export function errorOverSlice(maps: Pictures, n: number, orientation: readonly number[] | null): RawImage {
  const { rows, columns } = pictureSize(maps)
  const swapped = inPlaneOf(orientation, { columns, rows }).swapped
  const acquired = swapped ? { columns: rows, rows: columns } : { columns, rows }
  const plane = inPlaneOf(orientation, acquired)
  return inColours(fromNetwork(errorSums(maps, n), plane, new Float32Array(rows * columns)), acquired)
}

function inColours(sums: Float32Array, { columns, rows }: { columns: number; rows: number }): RawImage {
  const most = sums.reduce((a, b) => Math.max(a, b), 0)
  const pixels = new Uint8Array(rows * columns * 3)
  for (let p = 0; p < sums.length; p++) pixels.set(along(ERROR_STOPS, most > 0 ? sums[p]! / most : 0), p * 3)
  return { columns, rows, samples: 3, pixels }
}

/** How much each picture differs from the one before: root mean square over its values. One number fewer than pictures. */
export function changes(pictures: Pictures): number[] {
  const size = elements(pictures)
  return Array.from({ length: Math.max(0, pictureCount(pictures) - 1) }, (_, n) => {
    let sum = 0
    for (let p = 0; p < size; p++) sum += (pictures.values[(n + 1) * size + p]! - pictures.values[n * size + p]!) ** 2
    return Math.sqrt(sum / size)
  })
}
