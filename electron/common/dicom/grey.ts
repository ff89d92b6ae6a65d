// Grey levels of real values: by a window or by the file's own table (PS3.3 C.11.2). Free of parsing: the page needs it too.
import type { VoiLut, WindowLevel } from '../ipc/volume'

/** Grey level 0..1 of a real value by an explicit LUT; values outside take the nearest end. */
export function greyByLut(value: number, { first, bits, levels }: VoiLut): number {
  const index = Math.min(Math.max(Math.round(value) - first, 0), levels.length - 1)
  return levels[index]! / (2 ** bits - 1)
}

/**
 * Grey level 0..1 of a real value. Width of at least 1: the linear function of PS3.3 C.11.2.1.2.1, whose half-unit offsets only make
 * sense for integers. Below 1: LINEAR_EXACT of C.11.2.1.3.2.
 */
export function grey(value: number, { center, width }: Pick<WindowLevel, 'center' | 'width'>): number {
  if (width === 1) return value <= center - 0.5 ? 0 : 1
  const shade = width > 1 ? (value - (center - 0.5)) / (width - 1) + 0.5 : (value - center) / width + 0.5
  return Math.min(1, Math.max(0, shade))
}

/** The window that just shows a range of values; null for an image without values. */
export function windowOfRange(range: readonly [number, number] | null): WindowLevel | null {
  if (!range) return null
  const [low, high] = range
  return { center: (low + high) / 2, width: high > low ? high - low : 1, label: 'data range' }
}
