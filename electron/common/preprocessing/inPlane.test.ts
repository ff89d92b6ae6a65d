import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromNetwork, inPlaneOf, toNetwork } from './inPlane'

// 2 rows x 3 columns as acquired.
const acquired = Float32Array.of(1, 2, 3, 4, 5, 6)
const size = { columns: 3, rows: 2 }

const turned = (orientation: number[] | null) => {
  const plane = inPlaneOf(orientation, size)
  return { plane, values: [...toNetwork(acquired, plane, new Float32Array(6))] }
}

describe('a slice turned the network way', () => {
  it('keeps a plain axial slice', () => {
    expect(turned([1, 0, 0, 0, 1, 0]).values).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('keeps an image that says nothing about space', () => {
    expect(turned(null).values).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('turns a slice acquired from the other side by half a turn', () => {
    expect(turned([-1, 0, 0, 0, -1, 0]).values).toEqual([6, 5, 4, 3, 2, 1])
  })

  it('exchanges rows and columns of a slice whose columns run to the back', () => {
    const { plane, values } = turned([0, 1, 0, 1, 0, 0])
    expect([plane.columns, plane.rows, plane.swapped]).toEqual([2, 3, true])
    expect(values).toEqual([1, 4, 2, 5, 3, 6])
  })

  it('turns a quarter turn with flip: columns to the back, rows to the right', () => {
    // Column j runs to -x: patient left is the last row.
    expect(turned([0, 1, 0, -1, 0, 0]).values).toEqual([4, 1, 5, 2, 6, 3])
  })

  it('lays a sagittal slice down with its rows to the head', () => {
    // Columns to the back, rows to the feet: flipped in rows.
    expect(turned([0, 1, 0, 0, 0, -1]).values).toEqual([4, 5, 6, 1, 2, 3])
  })

  it('comes back exactly, for any orientation and size', () => {
    const axis = fc.constantFrom([1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1])
    fc.assert(
      fc.property(axis, axis, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 7 }), (a, b, columns, rows) => {
        fc.pre(a.every((value, n) => value === 0 || b[n] === 0))
        const plane = inPlaneOf([...a, ...b], { columns, rows })
        const values = Float32Array.from({ length: columns * rows }, (_, n) => n + 1)
        const there = toNetwork(values, plane, new Float32Array(values.length))
        expect([...fromNetwork(there, plane, new Float32Array(values.length))]).toEqual([...values])
        expect(plane.columns * plane.rows).toBe(columns * rows)
      }),
    )
  })
})
