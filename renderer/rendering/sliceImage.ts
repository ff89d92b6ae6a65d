// A slice of real values as the integer image that cornerstone-core's lookup tables need.
import type { CornerstoneImage } from 'cornerstone-core'
import { greyByLut } from '#common/dicom/grey'
import type { SliceData, VoiLut } from '#common/ipc/volume'
import type { ImageExtent } from './viewTransform'

interface IntegerPixels {
  readonly pixels: Int16Array | Uint16Array | Uint8ClampedArray
  readonly slope: number
  readonly intercept: number
  readonly least: number
  readonly most: number
}

/** Finite minimum and maximum; [0, 0] when there is no finite value (an all-padding slice). */
export function finiteRange(values: ArrayLike<number>): [number, number] {
  let least = Infinity
  let most = -Infinity
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    if (value < least && value > -Infinity) least = value
    if (value > most && value < Infinity) most = value
  }
  return least <= most ? [least, most] : [0, 0]
}

/** Float values are spread over 16 bits; `slope` and `intercept` bring them back. NaN is shown as the least value. */
function floatPixels(values: Float32Array): IntegerPixels {
  const [least, most] = finiteRange(values)
  const slope = most > least ? (most - least) / 65535 : 1
  const pixels = new Uint16Array(values.length)
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    pixels[at] = value >= most ? (most > least ? 65535 : 0) : value > least ? Math.round((value - least) / slope) : 0
  }
  return { pixels, slope, intercept: least, least: 0, most: 65535 }
}

function greyPixels(slice: SliceData): IntegerPixels {
  const { values } = slice
  if (values instanceof Float32Array) return floatPixels(values)
  const [least, most] = finiteRange(values)
  const pixels = values instanceof Int16Array ? values : new Uint8ClampedArray(values)
  return { pixels, slope: 1, intercept: 0, least, most }
}

/** Grey levels 0 to 255 by the file's own table: cornerstone's tables guess their depth from the largest level. */
function lutPixels({ values }: SliceData, lut: VoiLut): IntegerPixels {
  const pixels = new Uint8ClampedArray(values.length)
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    pixels[at] = 255 * greyByLut(Number.isFinite(value) ? value : lut.first, lut)
  }
  return { pixels, slope: 1, intercept: 0, least: 0, most: 255 }
}

function colourPixels(slice: SliceData): IntegerPixels {
  const count = slice.columns * slice.rows
  const pixels = new Uint8ClampedArray(count * 4)
  for (let at = 0; at < count; at++) {
    pixels[at * 4] = slice.values[at * 3]!
    pixels[at * 4 + 1] = slice.values[at * 3 + 1]!
    pixels[at * 4 + 2] = slice.values[at * 3 + 2]!
    pixels[at * 4 + 3] = 255
  }
  return { pixels, slope: 1, intercept: 0, least: 0, most: 255 }
}

/**
 * @param id unique per volume and slice: cornerstone caches its rendering by it
 * @param lut the file's own grey levels, for grey images
 */
export function cornerstoneImage(
  slice: SliceData,
  extent: ImageExtent,
  id: string,
  lut: VoiLut | null = null,
): CornerstoneImage {
  const color = slice.samples === 3
  const grey = (): IntegerPixels => (lut ? lutPixels(slice, lut) : greyPixels(slice))
  const { pixels, slope, intercept, least, most } = color ? colourPixels(slice) : grey()
  const [x, y] = extent.spacingMm
  const known = x > 0 && y > 0
  return {
    imageId: lut ? `${id} lut` : id,
    minPixelValue: least,
    maxPixelValue: most,
    slope,
    intercept,
    windowCenter: color ? 127.5 : (least + most) / 2,
    windowWidth: color ? 255 : Math.max(1, most - least),
    getPixelData: () => pixels,
    rows: slice.rows,
    columns: slice.columns,
    height: slice.rows,
    width: slice.columns,
    color,
    ...(color ? { rgba: true } : {}),
    columnPixelSpacing: known ? x : 1,
    rowPixelSpacing: known ? y : 1,
    invert: false,
    sizeInBytes: pixels.byteLength,
  }
}
