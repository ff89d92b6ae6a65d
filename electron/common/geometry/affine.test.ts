import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SagittaError } from '../errors'
import { affineFromColumns, apply, determinant, invert, multiply, stepLengthsMm, volumePerVoxelMm3 } from './affine'
import type { Affine } from './types'

const entry = fc.double({ min: -50, max: 50, noNaN: true })
const affine = fc
  .array(entry, { minLength: 12, maxLength: 12 })
  .map((rows): Affine => [...rows, 0, 0, 0, 1])
  .filter(m => Math.abs(determinant(m)) > 1)

describe('affines', () => {
  it('undo themselves', () => {
    fc.assert(
      fc.property(affine, entry, entry, entry, (m, x, y, z) => {
        const back = apply(invert(m), apply(m, [x, y, z]))
        expect(Math.hypot(back[0] - x, back[1] - y, back[2] - z)).toBeLessThan(1e-5)
      }),
    )
  })

  it('compose: (b a)(p) = b(a(p)), and volumes multiply', () => {
    fc.assert(
      fc.property(affine, affine, entry, (a, b, x) => {
        const together = apply(multiply(b, a), [x, 1, 2])
        const stepwise = apply(b, apply(a, [x, 1, 2]))
        together.forEach((value, n) => expect(value).toBeCloseTo(stepwise[n]!, 3))
        expect(determinant(multiply(b, a)) / (determinant(a) * determinant(b))).toBeCloseTo(1, 6)
      }),
    )
  })

  it('measure by the determinant, not by the product of step lengths, under shear', () => {
    const sheared = affineFromColumns([1, 0, 0], [0, 1, 0], [0, 3, 4], [0, 0, 0])
    expect(volumePerVoxelMm3(sheared)).toBeCloseTo(4)
    expect(stepLengthsMm(sheared)[2]).toBeCloseTo(5)
  })

  it('without volume have no inverse', () => {
    const flat = affineFromColumns([1, 0, 0], [2, 0, 0], [0, 0, 1], [0, 0, 0])
    expect(() => invert(flat)).toThrow(SagittaError)
  })
})
