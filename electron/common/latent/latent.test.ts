// Laws and oracle values of the pure latent-space algorithms.
import fc from 'fast-check'
import { SingularValueDecomposition, Matrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { clustersOf } from './clusters'
import { aggregatePosterior, drawGaussian } from './gaussian'
import { nearest } from './neighbours'
import { normalQuantile } from './normal'
import { readNpy, writeNpy } from './npy'
import { byProbability, evenly, linearPath, planeGrid, sphericalPath, traversal } from './paths'
import { fitPca, pcaErrors, pointOfPca, projectPca, rowsOf } from './pca'
import { receptiveFields } from './receptiveField'
import { completenessOf, continuityOf, spreadOf } from './regularity'
import { reviewQueue } from './reviewQueue'
import { averagePrecision, rocOf, thresholdOf } from './roc'
import { activeUnits, unitStatistics } from './units'

const floats = (count: number) =>
  fc
    .array(fc.float({ min: -10, max: 10, noNaN: true }), { minLength: count, maxLength: count })
    .map(values => Float32Array.from(values, value => value + 0))
const matrix = (rows: number, columns: number) => floats(rows * columns)

describe('principal components', () => {
  it('reconstruct as well as the singular value decomposition says', () => {
    fc.assert(
      fc.property(matrix(12, 4), fc.integer({ min: 0, max: 4 }), (values, keep) => {
        const pca = fitPca(rowsOf(values, 4))
        const errors = pcaErrors(pca, rowsOf(values, 4), keep)
        const centred = new Matrix(12, 4)
        for (let n = 0; n < 12; n++) for (let d = 0; d < 4; d++) centred.set(n, d, values[n * 4 + d]! - pca.mean[d]!)
        const singular = new SingularValueDecomposition(centred).diagonal
        const left = singular.slice(keep).reduce((sum, value) => sum + value * value, 0)
        expect(errors.reduce((a, b) => a + b, 0)).toBeCloseTo(left, 1)
        expect(pca.variances.reduce((a, b) => a + b, 0) * 12).toBeCloseTo(
          singular.reduce((sum, value) => sum + value * value, 0),
          2,
        )
      }),
    )
  })

  it('give the points back when all are kept, more rows than a block', () => {
    const values = Float32Array.from({ length: 200 * 3 }, (_, n) => Math.sin(n * 1.7) * (1 + (n % 3)))
    const pca = fitPca(rowsOf(values, 3))
    const coordinates = projectPca(pca, rowsOf(values, 3), 3)
    const back = pointOfPca(pca, coordinates.subarray(150 * 3, 151 * 3))
    back.forEach((value, d) => expect(value).toBeCloseTo(values[450 + d]!, 5))
  })

  it('name the row that is no number', () => {
    expect(() => fitPca(rowsOf(Float32Array.of(1, 2, NaN, 4), 2))).toThrow(/Item 1 holds NaN/)
    expect(() => fitPca(rowsOf(Float32Array.of(1, 2), 2))).toThrow(/at least 2/)
  })
})

describe('nearest codes', () => {
  it('are those that sorting all distances finds', () => {
    fc.assert(
      fc.property(matrix(30, 3), floats(3), fc.integer({ min: 1, max: 40 }), (codes, query, count) => {
        const squares = Array.from({ length: 30 }, (_, n) =>
          [0, 1, 2].reduce((sum, d) => sum + (codes[n * 3 + d]! - query[d]!) ** 2, 0),
        )
        const order = squares.map((_, n) => n).sort((a, b) => squares[a]! - squares[b]! || a - b)
        const found = nearest(codes, 3, query, count)
        expect([...found.indices]).toEqual(order.slice(0, count))
        found.distances.forEach((distance, n) => expect(distance).toBeCloseTo(Math.sqrt(squares[order[n]!]!), 4))
      }),
    )
  })

  it('leave the item itself out, and refuse a query of another length', () => {
    const codes = Float32Array.of(0, 0, 1, 1, 5, 5)
    expect([...nearest(codes, 2, codes.subarray(0, 2), 5, 0).indices]).toEqual([1, 2])
    expect(() => nearest(codes, 2, Float32Array.of(1), 1)).toThrow(/1 numbers, the codes 2/)
  })
})

describe('ways', () => {
  it('begin and end where they should, straight and spherical', () => {
    fc.assert(
      fc.property(floats(4), floats(4), fc.integer({ min: 2, max: 9 }), (from, to, steps) => {
        for (const path of [linearPath(from, to, steps), sphericalPath(from, to, steps)]) {
          expect(path.subarray(0, 4)).toEqual(from)
          expect(path.subarray(-4)).toEqual(to)
        }
      }),
    )
  })

  it('on the sphere keep their length and walk equal angles', () => {
    const path = sphericalPath(Float32Array.of(1, 0), Float32Array.of(0, 1), 4)
    const expected = [0, 30, 60, 90].flatMap(angle => [
      Math.cos((angle * Math.PI) / 180),
      Math.sin((angle * Math.PI) / 180),
    ])
    path.forEach((value, n) => expect(value).toBeCloseTo(expected[n]!, 6))
  })

  it('along an axis change that axis alone; a plane has its largest second value on top', () => {
    expect([...traversal(Float32Array.of(1, 2, 3), 1, [-1, 7])]).toEqual([1, -1, 3, 1, 7, 3])
    const grid = planeGrid(Float32Array.of(9, 9, 9), [0, 2], [-1, 1])
    expect([...grid]).toEqual([-1, 9, 1, 1, 9, 1, -1, 9, -1, 1, 9, -1])
    expect(evenly(3, 2)).toEqual([-2, 0, 2])
  })

  it('by probability follow the normal distribution', () => {
    // Quantiles from tables: 0.975, 0.5, 1e-6.
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5)
    expect(normalQuantile(0.5)).toBe(0)
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424, 4)
    expect(normalQuantile(1e-13)).toBeCloseTo(-7.348796, 3)
    expect(byProbability(2)[1]).toBeCloseTo(0.67449, 4)
  })
})

describe('groups', () => {
  it('put what lies together together, the largest first, every code to its nearest centre', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 1000 }),
        matrix(30, 2),
        (count, seed, codes) => {
          let state = seed + 1
          const uniform = () => (state = (state * 16807) % 2147483647) / 2147483647
          const { groups, centres } = clustersOf(codes, 2, count, uniform)
          const square = (n: number, c: number) =>
            (codes[2 * n]! - centres[2 * c]!) ** 2 + (codes[2 * n + 1]! - centres[2 * c + 1]!) ** 2
          groups.forEach((group, n) => {
            for (let c = 0; c < centres.length / 2; c++)
              expect(square(n, group)).toBeLessThanOrEqual(square(n, c) + 1e-3)
          })
        },
      ),
    )
    const apart = Float32Array.of(0, 0, 0.1, 0, 0, 0.1, 9, 9, 9.1, 9)
    expect([...clustersOf(apart, 2, 2, () => 0.3).groups]).toEqual([0, 0, 0, 1, 1])
    expect(clustersOf(apart, 2, 9, () => 0.3).centres).toHaveLength(10)
  })
})

describe('scores', () => {
  it('have an area that counts the pairs in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), { minLength: 2 }), items => {
        const scores = items.map(([score]) => score)
        const positive = items.map(([, yes]) => (yes ? 1 : 0))
        const [good, bad] = [1, 0].map(kind => scores.filter((_, n) => positive[n] === kind)) as [number[], number[]]
        if (good.length === 0 || bad.length === 0) return
        const pairs = good.flatMap(a => bad.map(b => (a > b ? 1 : a === b ? 0.5 : 0)))
        const expected = pairs.reduce<number>((a, b) => a + b, 0) / pairs.length
        expect(rocOf(scores, positive).area).toBeCloseTo(expected, 9)
        expect(rocOf(scores, positive).points.at(-1)).toMatchObject({ falsePositives: 1, truePositives: 1 })
      }),
    )
  })

  it('have a precision that falls with every wrong one before a right one', () => {
    expect(averagePrecision([4, 3, 2, 1], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 9)
    expect(averagePrecision([1, 1, 1, 1], [1, 0, 0, 0])).toBeCloseTo(0.25, 9)
    expect(() => rocOf([1, 2], [1, 1])).toThrow(/one kind/)
  })

  it('of normals give the threshold below which the asked share lies', () => {
    expect(
      thresholdOf(
        Float32Array.from({ length: 100 }, (_, n) => 100 - n),
        0.95,
      ),
    ).toBe(95)
    expect(() => thresholdOf([1])).toThrow(/at least 2/)
  })
})

describe('the queue of cases to look at', () => {
  it('has the most unusual first, each with the score that makes it so', () => {
    const one = (id: string, error: number, outlierness: number, disagreement: number | null = null) => ({
      ...{ id, error, outlierness, disagreement },
    })
    const queue = reviewQueue([
      one('plain', 1, 1, 0.1),
      one('odd', 1.1, 9, 0.2),
      one('wrong', 0.9, 0.9, 0.8),
      one('bad', 7, 2),
    ])
    expect(queue.map(({ id }) => id)).toEqual(['wrong', 'odd', 'bad', 'plain'])
    expect(queue.find(({ id }) => id === 'wrong')!.reason).toContain('Dice 0.20')
    expect(queue.find(({ id }) => id === 'bad')!.reason).toContain('error 7.00')
    expect(queue.find(({ id }) => id === 'odd')!.reason).toContain('9.00 times')
    expect(queue.map(({ by }) => by)).toEqual(['disagreement', 'outlierness', 'error', 'error'])
    expect(reviewQueue([one('alone', 1, 1)])[0]).toMatchObject({ conspicuous: 0, by: null })
    expect(reviewQueue([one('least', 1, 1, 0), one('more', 2, 2, 0.1)])[1]!.reason).toContain('Nothing about it')
  })
})

describe('units', () => {
  it('say what they do over the data, and what a posterior says beyond the prior', () => {
    const codes = Float32Array.of(1, 0, 0, -1, 0, 0)
    const [first, second] = unitStatistics(codes, 3, new Float32Array(6))
    expect(first).toMatchObject({ mean: 0, variance: 1, meanActivation: 1, onShare: 1, active: true, kl: 0.5 })
    expect(second).toMatchObject({ variance: 0, active: false, kl: 0 })
    expect(activeUnits(unitStatistics(codes, 3))).toBe(1)
  })

  it('answer to the pixels that move with them', () => {
    const codes = Float32Array.of(2, 1, -2, 1, 2, 1, -2, 1)
    const fields = receptiveFields(codes, 2, [0, 1], 2, (n, out) => out.set(n % 2 === 0 ? [1, 5] : [0, 5]))
    expect([...fields[0]!]).toEqual([0.25, 0])
    expect([...fields[1]!]).toEqual([0, 0])
  })

  it('together are a Gaussian whose draws have its moments', () => {
    const noise = Float32Array.from({ length: 4000 }, (_, n) => normalQuantile(((n * 7919) % 4000) / 4000 + 1 / 8000))
    const codes = Float32Array.from({ length: 2000 }, (_, n) => (n % 2 === 0 ? 3 : -1) + noise[n]!)
    const gaussian = aggregatePosterior(codes, 2, new Float32Array(2000))
    expect(gaussian.covariance.get(0, 0)).toBeCloseTo(aggregatePosterior(codes, 2).covariance.get(0, 0) + 1, 5)
    const again = aggregatePosterior(drawGaussian(gaussian, noise), 2)
    expect(again.mean[0]).toBeCloseTo(gaussian.mean[0]!, 1)
    expect(again.covariance.get(0, 0)).toBeCloseTo(gaussian.covariance.get(0, 0), 0)
  })
})

describe('what regularisation buys', () => {
  it('is nothing where the decoder is linear, and a bend where it is not', async () => {
    const codes = Float32Array.of(0, 1, 2, 5)
    const noise = Float32Array.of(1, 1, 1, 1)
    const linear = await continuityOf(codes, 1, noise, 1, async points => points.map(value => 3 * value))
    expect(linear.bend).toBeCloseTo(0, 6)
    expect(linear.change).toBeCloseTo(0.3 * spreadOf(codes, 1), 5)
    const step = await continuityOf(codes, 1, noise, 1, async points => points.map(value => (value > 0.6 ? 1 : 0)))
    expect(step.bend).toBeGreaterThan(0.1)
  })

  it('counts samples that lie near the data, and data that samples reach', () => {
    const data = Float32Array.from({ length: 40 }, (_, n) => n)
    const heldOut = data.map(value => value + 0.25)
    expect(completenessOf(data, heldOut, data, 1)).toEqual({ plausible: 1, coverage: 1 })
    expect(completenessOf(data, heldOut, Float32Array.of(1000, 0), 1)).toMatchObject({
      plausible: 0.5,
      coverage: 1 / 40,
    })
  })
})

describe('NPY files', () => {
  it('come back as they were written', () => {
    for (const values of [Uint8Array.of(1, 2, 255), Int32Array.of(-1, 2, 3), Float32Array.of(0.5, -2, 1e30)])
      for (const shape of [[3], [1, 3], [3, 1, 1]]) {
        const bytes = writeNpy({ shape, values })
        expect(bytes.length % 64).toBe(values.byteLength % 64)
        expect(readNpy(bytes, 'x.npy')).toEqual({ shape, values })
      }
  })

  it('are read in what other programs write, and refused with the reason', () => {
    const file = (descr: string, data: Uint8Array, order = 'False', shape = '(2,)') => {
      const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`
      return Uint8Array.of(
        0x93,
        ...new TextEncoder().encode('NUMPY'),
        1,
        0,
        header.length,
        0,
        ...new TextEncoder().encode(header),
        ...data,
      )
    }
    expect([
      ...readNpy(file('<i8', Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255)), 'x')
        .values,
    ]).toEqual([5, -1])
    expect([...readNpy(file('>u2', Uint8Array.of(1, 0, 0, 2)), 'x').values]).toEqual([256, 2])
    expect(() => readNpy(file('<u2', Uint8Array.of(1, 0)), 'cut.npy')).toThrow(/cut.npy is truncated/)
    expect(() => readNpy(file('<f4', new Uint8Array(8), 'True'), 'f.npy')).toThrow(/C order/)
    expect(() => readNpy(file('<c8', new Uint8Array(16)), 'c.npy')).toThrow(/type <c8/)
    expect(() => readNpy(new Uint8Array(20), 'no.npy')).toThrow(/not an NPY/)
  })
})
