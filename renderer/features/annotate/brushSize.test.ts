import { describe, expect, it } from 'vitest'
import { BRUSH_MM, steppedDiameterMm } from './brushSize'

describe('brush size', () => {
  it('steps by about a tenth on a 0.1 mm raster, up and down, within its limits', () => {
    expect(steppedDiameterMm(24, 1)).toBe(26.4)
    expect(steppedDiameterMm(1, -1)).toBe(0.8)
    expect(steppedDiameterMm(0.2, -3)).toBe(BRUSH_MM.least)
    expect(steppedDiameterMm(199, 5)).toBe(BRUSH_MM.most)
  })
})
