import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { connectedComponents, type Connectivity } from './components'

const SIZE = [5, 4, 3] as const

/** Flood fill by definition: steps to touching voxels of the same value. */
function flood(values: Uint8Array, connectivity: Connectivity): { value: number; voxels: number }[] {
  const [columns, rows, slices] = SIZE
  const reach = { 6: 1, 18: 2, 26: 3 }[connectivity]
  const seen = new Uint8Array(values.length)
  const found: { value: number; voxels: number }[] = []
  for (let seed = 0; seed < values.length; seed++) {
    if (values[seed] === 0 || seen[seed]) continue
    const component = { value: values[seed]!, voxels: 0 }
    const open = [seed]
    seen[seed] = 1
    while (open.length > 0) {
      const at = open.pop()!
      component.voxels++
      const [i, j, k] = [at % columns, Math.floor(at / columns) % rows, Math.floor(at / columns / rows)]
      for (let dk = -1; dk <= 1; dk++)
        for (let dj = -1; dj <= 1; dj++)
          for (let di = -1; di <= 1; di++) {
            const inside =
              i + di >= 0 && i + di < columns && j + dj >= 0 && j + dj < rows && k + dk >= 0 && k + dk < slices
            if (!inside || Math.abs(di) + Math.abs(dj) + Math.abs(dk) > reach) continue
            const next = at + di + columns * (dj + rows * dk)
            if (values[next] !== component.value || seen[next]) continue
            seen[next] = 1
            open.push(next)
          }
    }
    found.push(component)
  }
  return found
}

const bySize = (a: { value: number; voxels: number }, b: { value: number; voxels: number }): number =>
  a.value - b.value || a.voxels - b.voxels

describe('connectedComponents', () => {
  it.each([6, 18, 26] as const)('finds what a flood fill finds, with %i neighbours', connectivity => {
    const map = fc.uint8Array({ min: 0, max: 2, minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(map, values => {
        const { components } = connectedComponents(values, SIZE, connectivity)
        expect([...components].sort(bySize)).toEqual(flood(values, connectivity).sort(bySize))
      }),
      { numRuns: 300 },
    )
  })

  it('says which voxels each component has', () => {
    const result = connectedComponents(Uint16Array.of(3, 3, 0, 3, 1), [5, 1, 1])
    expect(result.components).toEqual([
      { value: 3, voxels: 2 },
      { value: 3, voxels: 1 },
      { value: 1, voxels: 1 },
    ])
    expect([...result.start]).toEqual([0, 3, 4])
    expect([...result.length]).toEqual([2, 1, 1])
    expect([...result.component]).toEqual([0, 1, 2])
  })

  it('does not join the end of a row to the start of the next', () => {
    expect(connectedComponents(Uint16Array.of(0, 0, 1, 1, 0, 0), [3, 2, 1], 26).components.length).toBe(2)
  })
})
