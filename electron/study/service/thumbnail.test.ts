import { describe, expect, it } from 'vitest'
import { thumbnailOf } from './thumbnail'

const NO_WINDOW = { windows: [], photometric: 'MONOCHROME2' }

describe('thumbnailOf', () => {
  it('is at most 96 pixels on the longer side and keeps the shape', () => {
    const slice = { columns: 512, rows: 256, samples: 1 as const, values: new Int16Array(512 * 256) }
    const { columns, rows, pixels } = thumbnailOf(slice, NO_WINDOW)
    expect([columns, rows, pixels.length]).toEqual([96, 48, 96 * 48])
  })

  it('averages, so that a checkerboard becomes grey', () => {
    const values = Int16Array.from({ length: 192 * 192 }, (_, n) => ((n + Math.floor(n / 192)) % 2) * 100)
    const { pixels } = thumbnailOf({ columns: 192, rows: 192, samples: 1, values }, NO_WINDOW)
    expect(pixels.every(value => value === 128)).toBe(true)
  })

  it('uses the first window, turns MONOCHROME1 over, and shows a constant image', () => {
    const slice = { columns: 4, rows: 1, samples: 1 as const, values: Int16Array.of(-1000, -160, 240, 3000) }
    const windows = [{ center: 40, width: 400, label: '' }]
    expect([...thumbnailOf(slice, { windows, photometric: 'MONOCHROME2' }).pixels]).toEqual([0, 0, 255, 255])
    expect([...thumbnailOf(slice, { windows, photometric: 'MONOCHROME1' }).pixels]).toEqual([255, 255, 0, 0])
    const constant = { ...slice, values: new Int16Array(4).fill(7) }
    expect(thumbnailOf(constant, NO_WINDOW).pixels.every(value => value >= 0 && value <= 255)).toBe(true)
  })

  it('takes the grey levels of a VOI LUT in place of the window (D04)', () => {
    const slice = { columns: 4, rows: 1, samples: 1 as const, values: Int16Array.of(0, 1, 2, 3) }
    const voiLut = { first: 0, bits: 8, levels: [0, 10, 200, 255], label: '' }
    const windows = [{ center: 500, width: 10, label: '' }]
    expect([...thumbnailOf(slice, { windows, photometric: 'MONOCHROME2', voiLut }).pixels]).toEqual([0, 10, 200, 255])
  })

  it('keeps colours', () => {
    const values = Uint8Array.of(255, 0, 0, 0, 0, 255)
    expect([...thumbnailOf({ columns: 2, rows: 1, samples: 3, values }, NO_WINDOW).pixels]).toEqual([...values])
  })
})
