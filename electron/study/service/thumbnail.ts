// A slice as a small 8-bit picture for the study list: windowed, averaged down.
import { grey, greyByLut, windowOfRange } from '#common/dicom/grey'
import type { SliceData, VolumeInfo } from '#common/ipc/volume'

export const THUMBNAIL_PIXELS = 96

export interface Thumbnail {
  readonly columns: number
  readonly rows: number
  readonly samples: 1 | 3
  /** Row-major; samples of a pixel together. */
  readonly pixels: Uint8Array<ArrayBuffer>
}

type Look = Pick<VolumeInfo, 'windows' | 'photometric' | 'voiLut'>

/** At most THUMBNAIL_PIXELS on the longer side, by the volume's VOI LUT, its first window, or else from its darkest to its brightest value. */
export function thumbnailOf(slice: SliceData, info: Look): Thumbnail {
  const { columns, rows, samples, values } = slice
  const shrink = Math.max(1, Math.max(columns, rows) / THUMBNAIL_PIXELS)
  const [width, height] = [Math.max(1, Math.floor(columns / shrink)), Math.max(1, Math.floor(rows / shrink))]
  const shade = samples === 3 ? (value: number) => value : shadeOf(slice, info)
  const pixels = new Uint8Array(width * height * samples)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let sample = 0; sample < samples; sample++) {
        let [sum, count] = [0, 0]
        for (let j = Math.floor(y * shrink); j < Math.min(rows, Math.ceil((y + 1) * shrink)); j++)
          for (let i = Math.floor(x * shrink); i < Math.min(columns, Math.ceil((x + 1) * shrink)); i++) {
            sum += shade(values[(j * columns + i) * samples + sample]!)
            count++
          }
        pixels[(y * width + x) * samples + sample] = Math.round(sum / count)
      }
  return { columns: width, rows: height, samples, pixels }
}

/** Real value to 0..255. MONOCHROME1 shows low values bright (PS3.3 C.7.6.3.1.2). */
function shadeOf({ values }: SliceData, { windows, photometric, voiLut }: Look) {
  const window = windows[0] ?? windowOfRange(rangeOf(values)) ?? { center: 0, width: 1 }
  const inverted = photometric === 'MONOCHROME1'
  return (value: number): number => {
    const real = Number.isFinite(value) ? value : 0
    const level = voiLut ? greyByLut(real, voiLut) : grey(real, window)
    return 255 * (inverted ? 1 - level : level)
  }
}

function rangeOf(values: SliceData['values']): readonly [number, number] | null {
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high && Number.isFinite(low) && Number.isFinite(high) ? [low, high] : null
}
