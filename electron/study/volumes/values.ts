// Stored words to real values of one slice: rescale, and the range without padding. The hot loop of loading.
import type { Words } from '#common/dicom/pixelLayout'
import type { Padding } from '#common/dicom/padding'
import { rescaled, type Rescale } from '#common/dicom/rescale'

export type Values = Int16Array | Float32Array | Uint8Array

/** Smallest and largest value of real measurements; null when all is padding, or no value is a number. */
export type ValueRange = readonly [min: number, max: number] | null

/**
 * Writes the rescaled values of `words` to `out` (same length) and returns their range without padding. `words` and `out` may be
 * views of the same memory with the same word size. The range is that of the unrounded values: for an `out` of integers the caller
 * sees by it whether they fitted.
 */
export function rescaleInto(words: Words, out: Values, rescale: Rescale, padding: Padding | null): ValueRange {
  if (padding || rescale.kind === 'table') return general(words, out, rescale, padding)
  const { slope, intercept } = rescale
  if (slope !== 1) return scaled(words, out, slope, intercept)
  if (intercept === 0 && words.buffer === out.buffer) return rangeOfValues(words)
  if (words instanceof Int16Array && out instanceof Int16Array && Number.isInteger(intercept))
    return shiftedWhole(words, out, intercept)
  return shifted(words, out, intercept)
}

// One loop per case: the compiler keeps each free of conversions that the case does not need.

/** Smallest and largest value; null when none is a number. */
export function rangeOfValues(words: ArrayLike<number>): ValueRange {
  if (words instanceof Int16Array) return rangeOfWhole(words)
  let min = Infinity
  let max = -Infinity
  for (let n = 0; n < words.length; n++) {
    const value = words[n]!
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

function rangeOfWhole(words: Int16Array): ValueRange {
  let min = 0x7fffffff
  let max = -0x80000000
  for (let n = 0; n < words.length; n++) {
    const value = words[n]!
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

/** As `shifted`, in whole numbers: what nearly all CT is, and three times as fast, because nothing becomes a double. */
function shiftedWhole(words: Int16Array, out: Int16Array, intercept: number): ValueRange {
  const shift = intercept | 0
  let min = 0x7fffffff
  let max = -0x80000000
  for (let n = 0; n < words.length; n++) {
    const value = (words[n]! + shift) | 0
    out[n] = value
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

function shifted(words: Words, out: Values, intercept: number): ValueRange {
  let min = Infinity
  let max = -Infinity
  for (let n = 0; n < words.length; n++) {
    const value = words[n]! + intercept
    out[n] = value
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

function scaled(words: Words, out: Values, slope: number, intercept: number): ValueRange {
  let min = Infinity
  let max = -Infinity
  for (let n = 0; n < words.length; n++) {
    const value = words[n]! * slope + intercept
    out[n] = value
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

function general(words: Words, out: Values, rescale: Rescale, padding: Padding | null): ValueRange {
  const first = padding?.first ?? Infinity
  const last = padding?.last ?? -Infinity
  let min = Infinity
  let max = -Infinity
  for (let n = 0; n < words.length; n++) {
    const stored = words[n]!
    const value = rescaled(stored, rescale)
    out[n] = value
    if (stored >= first && stored <= last) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  return min <= max ? [min, max] : null
}

/** The smallest range that holds both. */
export function unite(a: ValueRange, b: ValueRange): ValueRange {
  if (!a || !b) return a ?? b
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])]
}
