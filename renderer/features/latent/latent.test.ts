// @vitest-environment happy-dom
// The pure parts of the workspace: lines over the map, colours, axes, choices of images, and the error over a slice.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inPlaneOf, toNetwork } from '#common/preprocessing/inPlane'
import { byName, byNumber, pointStyles } from './colouring'
import { densityLines, offPlane, ontoPlane, priorLine } from './contours'
import { choiceLike, wordsOf } from './imageChoice'
import { changes, errorOverSlice, errorPicture } from './pictures'
import { withAxis } from './units'

describe('lines over the map', () => {
  const plane = { origin: Float32Array.of(1, 2, 3), across: Float32Array.of(0, 1, 0), up: Float32Array.of(0, 0, 1) }

  it('the prior is a circle around the code 0, as large as it says', () => {
    for (const [x, y] of priorLine(plane, 2)) expect(Math.hypot(x + 2, y + 3)).toBeCloseTo(2, 5)
  })

  it('a place of the map is a code, and that code lies there', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 }), (x, y) => {
        expect(ontoPlane(plane, offPlane(plane, [x, y]))).toEqual([x, y])
      }),
    )
  })

  it('a density line that holds less lies inside one that holds more', () => {
    const points = Float32Array.from({ length: 800 }, (_, n) => Math.sin(n * 12.9898) + Math.sin(n * 78.233))
    const [inner, outer] = densityLines(points, [0.6, 0.95])
    const reach = (line: typeof inner): number => Math.max(...line!.segments.flat().map(([x, y]) => Math.hypot(x, y)))
    expect(reach(inner)).toBeLessThan(reach(outer))
    expect(densityLines(new Float32Array(8), [0.6])).toEqual([])
  })
})

describe('colours', () => {
  it('names have colours of their own, what has no name is grey, hidden ones are not drawn', () => {
    const colouring = byName(['Liver', 'none', 'Lung', 'Liver'], { plain: ['none'] })
    if (colouring.kind !== 'categories') throw new Error('names are categories')
    expect(colouring.categories.map(({ name, count }) => [name, count])).toEqual([
      ['Liver', 2],
      ['Lung', 1],
      ['none', 1],
    ])
    expect(new Set(colouring.categories.map(({ color }) => color)).size).toBe(3)
    expect([...pointStyles(colouring, new Set([0]), null).order]).toEqual([1, 2])
  })

  it('lit points are drawn last, over the faded ones', () => {
    const { order } = pointStyles(byNumber([1, 2, 3]), new Set(), Uint8Array.of(1, 0, 0))
    expect([...order]).toEqual([1, 2, 0])
  })
})

describe('choices', () => {
  it('two axes are never the same unit', () => {
    expect(withAxis([3, 5], 0, 4)).toEqual([4, 5])
    expect(withAxis([3, 5], 0, 5)).toEqual([5, 3])
    expect(withAxis([3, 5], 1, 3)).toEqual([5, 3])
  })

  it('images are made as the model’s own were', () => {
    const preparation = {
      kind: 'studies',
      unit: 'patches',
      fit: 'resize',
      step: null,
      crop: null,
      colour: 'grey',
    } as const
    const choice = choiceLike({ preparation, shape: [1, 16, 16] })
    expect(choice).toMatchObject({ from: 'project', unit: 'patches', step: 16 })
    expect(wordsOf(choice)).toBe('patches, 16 pixels apart')
    expect(wordsOf({ ...choice, unit: 'slices', fit: 'crop' })).toBe('slices, cut')
  })
})

describe('pictures', () => {
  it('the error lies over a slice the way the slice was acquired', () => {
    const acquired = Float32Array.from([9, 0, 0, 0, 4, 0])
    for (const orientation of [
      [1, 0, 0, 0, 1, 0],
      [-1, 0, 0, 0, 1, 0],
      [0, 1, 0, 1, 0, 0],
      [0, 1, 0, 0, 0, -1],
    ]) {
      const plane = inPlaneOf(orientation, { columns: 3, rows: 2 })
      const maps = { shape: [1, plane.rows, plane.columns], values: toNetwork(acquired, plane, new Float32Array(6)) }
      expect(errorOverSlice(maps, 0, orientation)).toEqual(errorPicture({ shape: [1, 2, 3], values: acquired }, 0))
    }
  })

  it('a step changes by the root mean square of its pixels', () => {
    expect(changes({ shape: [1, 1, 2], values: Float32Array.of(0, 0, 3, 4, 3, 4) })).toEqual([Math.sqrt(12.5), 0])
  })
})
