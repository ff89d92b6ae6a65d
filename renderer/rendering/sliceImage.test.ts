import { describe, expect, it } from 'vitest'
import { cornerstoneImage } from './sliceImage'

const extent = { columns: 6, rows: 1, spacingMm: [1, 1] as const }
const slice = { columns: 6, rows: 1, samples: 1 as const, values: Float32Array.of(-5, 0, 1, 2, 3, 99) }

describe('a slice as an image', () => {
  it('takes the grey levels of the file’s own table (D04): 0, 10, 200, 255 of 8 bits, the ends going on', () => {
    const lut = { first: 0, bits: 8, levels: [0, 10, 200, 255], label: '' }
    const image = cornerstoneImage(slice, extent, 'a', lut)
    expect([...image.getPixelData()]).toEqual([0, 0, 10, 200, 255, 255])
    expect(image.imageId).not.toBe(cornerstoneImage(slice, extent, 'a').imageId)
  })

  it('of a table whose levels stay low is dark, not wrapped', () => {
    const lut = { first: 0, bits: 16, levels: [0, 1000, 2000, 3000], label: '' }
    expect([...cornerstoneImage(slice, extent, 'b', lut).getPixelData()]).toEqual([0, 0, 4, 8, 12, 12])
  })

  it('holds no NaN, whatever the values are', () => {
    const values = Float32Array.of(NaN, Infinity, -Infinity, 0.45, 0.9, 0)
    const image = cornerstoneImage({ ...slice, values }, extent, 'c')
    expect([...image.getPixelData()].every(Number.isFinite)).toBe(true)
    expect([image.slope, image.intercept, image.windowWidth].every(Number.isFinite)).toBe(true)
  })
})
