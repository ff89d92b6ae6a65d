// Laws of the map of points: the way to the screen and back, and finding points as looking at all of them would.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PointIndex } from './pointIndex'
import {
  boundsOf,
  cssBetween,
  cssToMap,
  fitMap,
  joined,
  mapToCss,
  panMap,
  zoomMap,
  type MapTransform,
} from './scatterTransform'

const SIZE = { width: 500, height: 300 }
const coordinate = fc.double({ min: -50, max: 50, noNaN: true })
const place = fc.tuple(coordinate, coordinate)
const cloud = fc.array(place, { minLength: 1, maxLength: 60 }).map(places => Float32Array.from(places.flat()))
const all = (): boolean => true

describe('the map on screen', () => {
  it('fits every point with its margin, y upward', () => {
    fc.assert(
      fc.property(cloud, points => {
        const transform = fitMap(boundsOf(points)!, SIZE, 20)
        for (let at = 0; at < points.length; at += 2) {
          const [x, y] = mapToCss(transform, SIZE, [points[at]!, points[at + 1]!])
          expect(x).toBeGreaterThan(19.9)
          expect(x).toBeLessThan(480.1)
          expect(y).toBeGreaterThan(19.9)
          expect(y).toBeLessThan(280.1)
        }
      }),
    )
    const square = fitMap({ least: [0, 0], most: [10, 10] }, SIZE, 50)
    expect(mapToCss(square, SIZE, [0, 0])).toEqual([150, 250])
    expect(mapToCss(square, SIZE, [10, 10])).toEqual([350, 50])
  })

  it('goes there and back, and zoom keeps what is under the pointer', () => {
    fc.assert(
      fc.property(place, place, fc.double({ min: 0.5, max: 2, noNaN: true }), (centre, point, factor) => {
        const transform = { scale: 3, centre }
        const css = mapToCss(transform, SIZE, point)
        cssToMap(transform, SIZE, css).forEach((value, axis) => expect(value).toBeCloseTo(point[axis]!, 6))
        const zoomed = zoomMap(transform, SIZE, transform, factor, css)
        mapToCss(zoomed, SIZE, point).forEach((value, axis) => expect(value).toBeCloseTo(css[axis]!, 6))
      }),
    )
  })

  it('pans with the pointer, and zoom ends', () => {
    const transform = { scale: 2, centre: [1, 1] as const }
    expect(mapToCss(panMap(transform, [30, -10]), SIZE, [1, 1])).toEqual([280, 140])
    expect(zoomMap(transform, SIZE, transform, 1e9, [0, 0]).scale).toBe(800)
    expect(zoomMap(transform, SIZE, transform, 1e-9, [0, 0]).scale).toBe(0.4)
  })

  it('moves what was drawn before to where it lies now', () => {
    const size = { width: 640, height: 400 }
    const from: MapTransform = { scale: 20, centre: [1, -2] }
    const to: MapTransform = { scale: 33, centre: [4, 0.5] }
    const { scale, x, y } = cssBetween(from, to, size)
    for (const point of [
      [0, 0],
      [3, 1],
      [-7, 4.25],
    ] as const) {
      const [before, after] = [mapToCss(from, size, point), mapToCss(to, size, point)]
      expect(before[0] * scale + x).toBeCloseTo(after[0], 9)
      expect(before[1] * scale + y).toBeCloseTo(after[1], 9)
    }
  })

  it('knows no bounds of nothing, and joins two', () => {
    expect(boundsOf(new Float32Array(0))).toBeNull()
    expect(joined({ least: [0, 0], most: [1, 1] }, { least: [-1, 0.5], most: [0.5, 3] })).toEqual({
      least: [-1, 0],
      most: [1, 3],
    })
  })
})

describe('finding points', () => {
  it('gives the nearest within reach, as looking at all does', () => {
    fc.assert(
      fc.property(cloud, place, fc.double({ min: 0.1, max: 40, noNaN: true }), (points, at, reach) => {
        const squares = Array.from(
          { length: points.length / 2 },
          (_, n) => (points[2 * n]! - at[0]) ** 2 + (points[2 * n + 1]! - at[1]) ** 2,
        )
        const least = Math.min(...squares)
        const found = new PointIndex(points).nearest(at, reach, all)
        if (least > reach * reach) expect(found).toBeNull()
        else expect(squares[found!]).toBe(least)
      }),
    )
  })

  it('leaves hidden points out', () => {
    const index = new PointIndex(Float32Array.of(0, 0, 1, 0, 5, 0))
    expect(index.nearest([0.1, 0], 3, all)).toBe(0)
    expect(index.nearest([0.1, 0], 3, n => n !== 0)).toBe(1)
    expect([
      ...index.inside(
        [
          [-1, -1],
          [2, -1],
          [2, 1],
          [-1, 1],
        ],
        n => n !== 1,
      ),
    ]).toEqual([0])
  })

  it('gives the points in a rectangle, wherever it is', () => {
    fc.assert(
      fc.property(cloud, place, place, (points, a, b) => {
        const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
        const [low, high] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])]
        const inside = Array.from({ length: points.length / 2 }, (_, n) => n).filter(n => {
          const [x, y] = [points[2 * n]!, points[2 * n + 1]!]
          return x > left && x < right && y > low && y < high
        })
        const found = new PointIndex(points).inside(
          [
            [left, low],
            [right, low],
            [right, high],
            [left, high],
          ],
          all,
        )
        expect([...found]).toEqual(expect.arrayContaining(inside))
        for (const n of found) {
          expect(points[2 * n]!).toBeGreaterThanOrEqual(left)
          expect(points[2 * n + 1]!).toBeLessThanOrEqual(high)
        }
      }),
    )
  })

  it('gives the points in a lasso with a bay', () => {
    const index = new PointIndex(Float32Array.of(1, 1, 5, 5, 9, 1))
    const lasso = [
      [0, 0],
      [10, 0],
      [10, 10],
      [5, 2],
      [0, 10],
    ] as const
    expect([...index.inside(lasso, all)]).toEqual([0, 2])
    expect([...index.inside(lasso.slice(0, 2), all)]).toEqual([])
  })

  it('steps along with arrow keys, and ends at the edge', () => {
    const index = new PointIndex(Float32Array.of(0, 0, 2, 0.5, 9, 0, 0, 4, -1, -0.2))
    expect(index.next(0, 'right', all)).toBe(1)
    expect(index.next(1, 'right', all)).toBe(2)
    expect(index.next(0, 'up', all)).toBe(3)
    expect(index.next(0, 'left', all)).toBe(4)
    expect(index.next(2, 'right', all)).toBeNull()
  })

  it('stands points at one place', () => {
    const index = new PointIndex(Float32Array.of(3, 3, 3, 3, 3, 3))
    expect(index.nearest([3, 3], 1, all)).toBe(0)
    expect(index.next(0, 'up', all)).toBeNull()
  })
})
