import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pointFrame } from './frame'
import { ellipsoid, halfSpace, tube } from './primitives'
import { blend, grown, union, within, without, type Shape } from './shape'

/** Distances of a shape at loose points. */
function distances(shape: Shape, points: readonly (readonly [number, number, number])[]): number[] {
  const frame = pointFrame(points.flat())
  const out = new Float32Array(points.length)
  shape.distance(frame, frame.window(shape.bounds)!, out)
  return [...out]
}

const at = (shape: Shape, x: number, y: number, z: number): number => distances(shape, [[x, y, z]])[0]!
const ball = (x: number, radiusMm: number): Shape => ellipsoid([x, 0, 0], [radiusMm, radiusMm, radiusMm])
const point = fc.tuple(
  fc.double({ min: -40, max: 40, noNaN: true }),
  fc.double({ min: -40, max: 40, noNaN: true }),
  fc.double({ min: -40, max: 40, noNaN: true }),
)

describe('primitives', () => {
  it('a ball knows its distance everywhere', () => {
    fc.assert(
      fc.property(point, ([x, y, z]) => {
        const exact = Math.sqrt((x - 3) ** 2 + y ** 2 + z ** 2) - 10
        expect(at(ball(3, 10), x, y, z)).toBeCloseTo(exact, 3)
      }),
    )
  })

  it('an ellipsoid is zero on its axes, and tilting it takes them along', () => {
    // t = tan(45 degrees / 2): a quarter turn takes two of them.
    const t = Math.tan(Math.PI / 8)
    const tilted = ellipsoid([0, 0, 0], [20, 5, 5], [0, 0, t])
    const h = 20 / Math.SQRT2
    expect(at(ellipsoid([0, 0, 0], [20, 5, 5]), 20, 0, 0)).toBeCloseTo(0, 4)
    expect(Math.abs(Math.min(Math.abs(at(tilted, h, h, 0)), Math.abs(at(tilted, h, -h, 0))))).toBeCloseTo(0, 4)
    expect(at(tilted, 20, 0, 0)).toBeGreaterThan(1)
  })

  it('a tube is as wide as its knots say and ends round', () => {
    const shape = tube([
      [0, 0, 0, 4],
      [20, 0, 0, 8],
    ])
    expect(at(shape, 0, 4, 0)).toBeCloseTo(0, 4)
    expect(at(shape, 20, 0, 8)).toBeCloseTo(0, 4)
    expect(at(shape, 10, 6, 0)).toBeCloseTo(0, 4)
    expect(at(shape, -4, 0, 0)).toBeCloseTo(0, 4)
  })

  it('a half space measures along its normal, whatever its length', () => {
    expect(at(halfSpace([0, 3, 4], 10), 0, 3, 4)).toBeCloseTo(3, 4)
  })
})

describe('combinations', () => {
  const a = ball(0, 12)
  const b = ball(14, 10)

  it('follow the laws of sets', () => {
    fc.assert(
      fc.property(point, ([x, y, z]) => {
        const [inA, inB] = [at(a, x, y, z) < 0, at(b, x, y, z) < 0]
        expect(at(union(a, b), x, y, z) < 0).toBe(inA || inB)
        expect(at(within(0, a, b), x, y, z) < 0).toBe(inA && inB)
        expect(at(without(0, a, b), x, y, z) < 0).toBe(inA && !inB)
      }),
    )
  })

  it('a blend only adds, and only near the seam', () => {
    fc.assert(
      fc.property(point, ([x, y, z]) => {
        const [sharp, soft] = [at(union(a, b), x, y, z), at(blend(8, a, b), x, y, z)]
        expect(soft).toBeLessThanOrEqual(sharp + 1e-4)
        expect(soft).toBeGreaterThanOrEqual(sharp - 8 / 4 - 1e-4)
      }),
    )
    expect(at(blend(8, a, b), -12, 0, 0)).toBeCloseTo(0, 4)
  })

  it('growing moves the surface outwards', () => {
    expect(at(grown(3, a), 15, 0, 0)).toBeCloseTo(0, 4)
    expect(at(grown(-3, a), 9, 0, 0)).toBeCloseTo(0, 4)
  })
})
