import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Vec3 } from '../geometry/types'
import { squaredDistanceMm2 } from './distanceTransform'
import { percentile } from './percentile'
import { surfaceDistances } from './surface'

const sizes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }))
const spacings = fc.tuple(fc.constantFrom(0.5, 0.7, 1, 3), fc.constantFrom(0.5, 1, 2), fc.constantFrom(0.8, 1, 5))
const maskOf = (size: readonly number[]) =>
  fc.array(fc.constantFrom(0, 0, 1), {
    minLength: size[0]! * size[1]! * size[2]!,
    maxLength: size[0]! * size[1]! * size[2]!,
  })
const scenes = sizes.chain(size => fc.tuple(fc.constant(size), spacings, maskOf(size), maskOf(size)))

type Point = readonly [number, number, number]
const pointsOf = (mask: readonly number[], [columns, rows]: Vec3): Point[] =>
  mask.flatMap((value, n) =>
    value ? [[n % columns, Math.floor(n / columns) % rows, Math.floor(n / (columns * rows))] as Point] : [],
  )
const distance = (a: Point, b: Point, mm: Vec3) =>
  Math.hypot((a[0] - b[0]) * mm[0], (a[1] - b[1]) * mm[1], (a[2] - b[2]) * mm[2])
const nearest = (p: Point, others: readonly Point[], mm: Vec3) => Math.min(...others.map(q => distance(p, q, mm)))

/** Voxels with fewer than six face neighbours in the mask, counted by brute force. */
const surfaceOf = (points: readonly Point[]): Point[] => {
  const keys = new Set(points.map(p => p.join()))
  const steps = [
    [1, 0, 0],
    [-1, 0, 0],
    [0, 1, 0],
    [0, -1, 0],
    [0, 0, 1],
    [0, 0, -1],
  ] as const
  return points.filter(p => steps.some(s => !keys.has([p[0] + s[0], p[1] + s[1], p[2] + s[2]].join())))
}

describe('distance transform', () => {
  it('equals brute force for any mask, size and spacing', () => {
    fc.assert(
      fc.property(scenes, ([size, mm, mask]) => {
        const features = pointsOf(mask, size)
        fc.pre(features.length > 0)
        const squared = squaredDistanceMm2(Uint8Array.from(mask), size, mm)
        pointsOf(
          mask.map(() => 1),
          size,
        ).forEach((p, n) => expect(Math.sqrt(squared[n]!)).toBeCloseTo(nearest(p, features, mm), 6))
      }),
    )
  })
})

describe('surface distances', () => {
  it('equal brute force over surface voxels', () => {
    fc.assert(
      fc.property(scenes, ([size, mm, a, b]) => {
        const [sa, sb] = [surfaceOf(pointsOf(a, size)), surfaceOf(pointsOf(b, size))]
        const found = surfaceDistances(Uint8Array.from(a), Uint8Array.from(b), size, mm)
        if (sa.length === 0 || sb.length === 0) {
          expect(found).toBeNull()
          return
        }
        const ab = sa.map(p => nearest(p, sb, mm)).sort((x, y) => x - y)
        const ba = sb.map(p => nearest(p, sa, mm)).sort((x, y) => x - y)
        expect(found!.hd95Mm).toBeCloseTo(Math.max(percentile(ab, 0.95), percentile(ba, 0.95)), 6)
        const mean = [...ab, ...ba].reduce((sum, d) => sum + d, 0) / (ab.length + ba.length)
        expect(found!.assdMm).toBeCloseTo(mean, 6)
      }),
    )
  })

  it('is the shift in mm of a shifted cube, along the coarse axis too', () => {
    const size: Vec3 = [8, 8, 8]
    const cube = (from: number) =>
      Uint8Array.from({ length: 512 }, (_, n) => {
        const [i, j, k] = [n % 8, Math.floor(n / 8) % 8, Math.floor(n / 64)]
        return i >= 2 && i < 5 && j >= 2 && j < 5 && k >= from && k < from + 3 ? 1 : 0
      })
    expect(surfaceDistances(cube(1), cube(3), size, [1, 1, 5])!.hd95Mm).toBe(10)
    expect(surfaceDistances(cube(1), cube(1), size, [1, 1, 5])).toEqual({ hd95Mm: 0, assdMm: 0 })
  })

  it('is null when one mask is empty', () => {
    expect(surfaceDistances(new Uint8Array(8), Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0), [2, 2, 2], [1, 1, 1])).toBeNull()
  })
})
