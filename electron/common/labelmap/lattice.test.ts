import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affineFromColumns, apply } from '../geometry/affine'
import type { Vec3 } from '../geometry/types'
import { reorder, reordering, type PlacedGrid } from './lattice'

const AXIAL: PlacedGrid = {
  size: [3, 4, 2],
  affineLps: affineFromColumns([0.5, 0, 0], [0, 0.75, 0], [0, 0, 3], [-10, 20, 30]),
}

/** The grid with axis `order[n]` of the original as its axis n, run backward where `back` says so. */
function turned(grid: PlacedGrid, order: readonly [number, number, number], back: readonly boolean[]): PlacedGrid {
  const column = (axis: number): Vec3 => [0, 1, 2].map(row => grid.affineLps[row * 4 + axis]!) as unknown as Vec3
  const far = [0, 1, 2].map(axis => (back[order.indexOf(axis)] ? grid.size[axis]! - 1 : 0)) as unknown as Vec3
  const axes = order.map((axis, n) => column(axis).map(value => (back[n] ? -value : value)) as unknown as Vec3)
  return {
    size: order.map(axis => grid.size[axis]!) as unknown as [number, number, number],
    affineLps: affineFromColumns(axes[0]!, axes[1]!, axes[2]!, apply(grid.affineLps, far)),
  }
}

const orders = fc.constantFrom<[number, number, number]>(
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
)

describe('reordering', () => {
  it('puts every value at the same place in the patient, however the axes run', () => {
    fc.assert(
      fc.property(orders, fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), (order, back) => {
        const from = turned(AXIAL, order, back)
        const values = Uint16Array.from({ length: 24 }, (_, n) => n + 1)
        const out = reorder(values, from.size, reordering(from, AXIAL)!)
        for (let n = 0; n < 24; n++) {
          const [i, j, k] = [
            n % from.size[0],
            Math.floor(n / from.size[0]) % from.size[1],
            Math.floor(n / from.size[0] / from.size[1]),
          ]
          const [x, y, z] = apply(from.affineLps, [i, j, k])
          const at = Math.round((x + 10) / 0.5) + 3 * (Math.round((y - 20) / 0.75) + 4 * Math.round((z - 30) / 3))
          expect(out[at]).toBe(n + 1)
        }
      }),
    )
  })

  it('accepts the noise of single precision and refuses a shift of half a voxel', () => {
    const moved = (mm: number): PlacedGrid => ({
      ...AXIAL,
      affineLps: AXIAL.affineLps.map((value, n) => (n === 3 ? value + mm : value)),
    })
    expect(reordering(moved(1e-4), AXIAL)).toEqual({ first: 0, steps: [1, 3, 12] })
    expect(reordering(moved(0.25), AXIAL)).toBeNull()
  })

  it('refuses another size, spacing or rotation', () => {
    expect(reordering({ ...AXIAL, size: [3, 4, 1] }, AXIAL)).toBeNull()
    expect(reordering({ ...AXIAL, size: [4, 3, 2] }, AXIAL)).toBeNull()
    expect(
      reordering({ ...AXIAL, affineLps: AXIAL.affineLps.map((value, n) => (n === 0 ? 0.6 : value)) }, AXIAL),
    ).toBeNull()
    const tilted = affineFromColumns([0.48, 0.14, 0], [-0.21, 0.72, 0], [0, 0, 3], [-10, 20, 30])
    expect(reordering({ ...AXIAL, affineLps: tilted }, AXIAL)).toBeNull()
  })
})
