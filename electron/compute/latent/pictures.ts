// Pictures side by side as one PNG, values from 0 to 1 as grey or colour.
import { encode } from 'fast-png'

/**
 * @param values images one after the other, each [channels, rows, columns]; channels 1 or 3 are shown, of others the first
 * @param columns pictures in a row; the last row is filled with black
 */
export function contactSheet(values: Float32Array, shape: readonly number[], columns: number): Uint8Array {
  const [channels = 1, height = 1, width = 1] = shape.length === 1 ? [1, 1, shape[0]!] : shape.slice(-3)
  const shown = channels === 3 ? 3 : 1
  const elements = shape.reduce((a, b) => a * b, 1)
  const count = values.length / elements
  const across = Math.min(columns, count)
  const sheetWidth = across * width
  const data = new Uint8Array(sheetWidth * Math.ceil(count / across) * height * shown)
  for (let n = 0; n < count; n++)
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const y = Math.floor(n / across) * height + row
        const to = (y * sheetWidth + (n % across) * width + column) * shown
        for (let c = 0; c < shown; c++) {
          const value = values[n * elements + (c * height + row) * width + column]!
          data[to + c] = Math.round(255 * Math.min(1, Math.max(0, value)))
        }
      }
  return encode({ width: sheetWidth, height: data.length / sheetWidth / shown, data, depth: 8, channels: shown })
}
