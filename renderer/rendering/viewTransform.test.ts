import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fit,
  imageToScreen,
  panBy,
  scaleBar,
  screenToImage,
  zoomAt,
  type ImageExtent,
  type ViewTransform,
} from './viewTransform'

const square: ImageExtent = { columns: 256, rows: 256, spacingMm: [1.5, 1.5] }
const tall: ImageExtent = { columns: 100, rows: 50, spacingMm: [1, 2] }
const view = { width: 800, height: 600 }

const anyTransform = fc.record({
  zoom: fc.double({ min: 0.1, max: 20, noNaN: true }),
  pan: fc.tuple(fc.double({ min: -200, max: 200, noNaN: true }), fc.double({ min: -200, max: 200, noNaN: true })),
})
const anyPoint = fc.tuple(
  fc.double({ min: -50, max: 850, noNaN: true }),
  fc.double({ min: -50, max: 650, noNaN: true }),
)

describe('view transform', () => {
  it('fits the whole image and centres it', () => {
    const transform = fit(square, view)
    expect(transform.zoom).toBeCloseTo(600 / 256)
    expect(imageToScreen(square, view, transform, [127.5, 127.5])).toEqual([400, 300])
    expect(imageToScreen(square, view, transform, [-0.5, -0.5])[1]).toBeCloseTo(0)
  })

  it('keeps mm square on screen when voxels are not', () => {
    const transform = fit(tall, view)
    const [x0, y0] = imageToScreen(tall, view, transform, [0, 0])
    const [x1, y1] = imageToScreen(tall, view, transform, [10, 5])
    expect(x1 - x0).toBeCloseTo(y1 - y0)
  })

  it('goes to the screen and back for any zoom, pan and point', () => {
    fc.assert(
      fc.property(anyTransform, anyPoint, (transform: ViewTransform, point) => {
        const there = screenToImage(tall, view, transform, point)
        const [x, y] = imageToScreen(tall, view, transform, there)
        expect(x).toBeCloseTo(point[0], 6)
        expect(y).toBeCloseTo(point[1], 6)
      }),
    )
  })

  it('keeps the voxel under the pointer when zooming', () => {
    fc.assert(
      fc.property(anyTransform, anyPoint, fc.double({ min: 0.5, max: 2, noNaN: true }), (transform, point, factor) => {
        const before = screenToImage(square, view, transform, point)
        const after = screenToImage(square, view, zoomAt(square, view, transform, factor, point), point)
        expect(after[0]).toBeCloseTo(before[0], 6)
        expect(after[1]).toBeCloseTo(before[1], 6)
      }),
    )
  })

  it('never loses the image when panning', () => {
    const far = panBy(square, view, fit(square, view), [1e6, -1e6])
    const [left, top] = imageToScreen(square, view, far, [-0.5, -0.5])
    const [, bottom] = imageToScreen(square, view, far, [255.5, 255.5])
    expect(left).toBeLessThan(view.width)
    expect(bottom).toBeGreaterThan(0)
    expect(top).toBeLessThan(0)
  })

  it('gives a round scale bar that fits, and none without spacing', () => {
    const bar = scaleBar(square, view, 600 / 256)
    expect(bar?.lengthMm).toBe(100)
    expect(bar?.devicePixels).toBeCloseTo((100 / 1.5) * (600 / 256))
    expect(bar!.devicePixels).toBeLessThanOrEqual(200)
    expect(scaleBar({ ...square, spacingMm: [0, 0] }, view, 1)).toBeNull()
  })
})
