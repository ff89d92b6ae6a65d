import { describe, expect, it } from 'vitest'
import { cutClasses, cutValues, type PatchPlace } from './patch'

// 4 columns x 3 rows: value = 10 row + column.
const values = Float32Array.from({ length: 12 }, (_, n) => 10 * Math.floor(n / 4) + (n % 4))
const classes = Uint8Array.from(values)
const place = (changes: Partial<PatchPlace>): PatchPlace => ({
  columns: 4,
  rows: 3,
  column: 1,
  row: 1,
  patchColumns: 2,
  patchRows: 2,
  turn: null,
  ...changes,
})
const quarterTurn = { columnToColumn: 0, rowToColumn: -1, columnToRow: 1, rowToRow: 0 }

const cut = (changes: Partial<PatchPlace>) => {
  const at = place(changes)
  const pixels = at.patchColumns * at.patchRows
  const image = new Float32Array(pixels)
  const [target, weight] = [new Int32Array(pixels), new Float32Array(pixels)]
  cutValues(values, at, image)
  cutClasses(classes, at, target, weight)
  return { image: [...image], target: [...target], weight: [...weight] }
}

describe('cutting a patch', () => {
  it('copies pixels around the place where nothing is turned', () => {
    expect(cut({})).toEqual({ image: [0, 1, 10, 11], target: [0, 1, 10, 11], weight: [1, 1, 1, 1] })
  })

  it('repeats the border outside, with weight 0', () => {
    const { image, weight } = cut({ column: 3, row: 0, patchColumns: 4 })
    expect(image).toEqual([1, 2, 3, 3, 1, 2, 3, 3])
    expect(weight).toEqual([0, 0, 0, 0, 1, 1, 1, 0])
  })

  it('turns image and classes together', () => {
    const { image, target } = cut({ column: 2, turn: quarterTurn })
    expect(image).toEqual([3, 13, 2, 12])
    expect(target).toEqual(image)
  })

  it('interpolates values and takes the nearest class', () => {
    const half = { columnToColumn: 0.5, rowToColumn: 0, columnToRow: 0, rowToRow: 0.5 }
    const { image, target } = cut({ patchColumns: 3, patchRows: 1, turn: half })
    expect(image).toEqual([10.5, 11, 11.5])
    expect(target).toEqual([11, 11, 12])
  })
})
