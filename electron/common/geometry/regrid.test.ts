import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SagittaError } from '../errors'
import { apply } from './affine'
import { planRegrid, type Regrid, type SliceStack } from './regrid'
import { linearSlice, nearestSlice } from './regridSlice'
import { planeAxes } from './stack'
import type { Vec3 } from './types'
import { add, scale } from './vector'

const AXIAL = [1, 0, 0, 0, 1, 0]
const stackOf = (
  positionsLps: readonly Vec3[],
  { size = [6, 5] as const, spacing = [1, 1, 2] as Vec3, orientation = AXIAL } = {},
): SliceStack => ({ size: [...size, positionsLps.length], spacingMm: spacing, orientation, positionsLps })
const alongZ = (...z: number[]): Vec3[] => z.map(value => [10, 20, value] as const)

/** Values of a function of the place in the patient, at every scanned voxel. */
function scanned(stack: SliceStack, f: (p: Vec3) => number): Float32Array {
  const { row, column } = planeAxes(stack.orientation)!
  const values: number[] = []
  for (const position of stack.positionsLps!)
    for (let j = 0; j < stack.size[1]; j++)
      for (let i = 0; i < stack.size[0]; i++)
        values.push(f(add(position, add(scale(row, i * stack.spacingMm[0]), scale(column, j * stack.spacingMm[1])))))
  return Float32Array.from(values)
}

const OUTSIDE = -5000

/** Whether a new voxel lies between the outer voxel centres of both slices it is made of: beyond, their borders are repeated. */
function isBetweenCentres({ grid, between, offsetsMm }: Regrid, stack: SliceStack, i: number, j: number, n: number) {
  const { below, above } = between[n]!
  return [below, above].every(k =>
    [i, j].every((index, axis) => {
      const at = (index * grid.spacingMm[axis]! - offsetsMm[k]![axis]!) / stack.spacingMm[axis]!
      return at >= 0 && at <= stack.size[axis]! - 1
    }),
  )
}

/** The largest difference from `f` over the new voxels that slices cover, and how many none does. */
function worst(plan: Regrid, stack: SliceStack, f: (p: Vec3) => number): { error: number; missing: number } {
  const data = scanned(stack, f)
  const [columns, rows, slices] = plan.grid.size
  const out = new Float32Array(columns * rows)
  let [error, missing] = [0, 0]
  for (let n = 0; n < slices; n++) {
    missing += linearSlice(plan, { stack, data, outside: OUTSIDE }, n, out)
    out.forEach((value, v) => {
      const [i, j] = [v % columns, Math.floor(v / columns)]
      if (value === OUTSIDE || !isBetweenCentres(plan, stack, i, j, n)) return
      const place = apply(plan.grid.affineLps!, [i, j, n])
      error = Math.max(error, Math.abs(value - f(place)))
    })
  }
  return { error, missing }
}

describe('a scan with a hole (D05)', () => {
  const stack = stackOf(alongZ(0, 1.6, 3.2, 6.4, 8), { spacing: [1, 1, 1.6] })
  const plan = planRegrid(stack)

  it('gets the slice that is missing, at the usual step, and says that nobody measured it', () => {
    expect(plan.grid.verdict.kind).toBe('uniform')
    expect(plan.grid.size).toEqual([6, 5, 6])
    expect(plan.grid.spacingMm[2]).toBeCloseTo(1.6, 9)
    expect(plan.inHoles).toEqual([3])
    expect(plan.between.map(({ share }) => Number(share.toFixed(6)))).toEqual([0, 0, 0, 0.5, 0, 0])
  })

  it('keeps every measured voxel as it is, and blends 10 z to 48 at z = 4.8', () => {
    const data = scanned(stack, ([, , z]) => 10 * z)
    const slices = Array.from({ length: 6 }, (_, n) => {
      const out = new Float32Array(30)
      expect(linearSlice(plan, { stack, data, outside: OUTSIDE }, n, out)).toBe(0)
      expect(new Set(out).size).toBe(1)
      return out[0]!
    })
    expect(slices[3]).toBeCloseTo(48, 4)
    expect([0, 1, 2, 4, 5].map(n => slices[n])).toEqual([0, 1, 2, 3, 4].map(k => data[k * 30]))
  })
})

describe('gantry tilt (D17)', () => {
  const tilted = [1, 0, 0, 0, 0.939693, 0.34202]
  const stack = stackOf(
    [0, 5, 10].map(z => [0, 0, z] as const),
    { spacing: [1, 1, 4.69846], orientation: tilted },
  )
  const plan = planRegrid(stack)

  it('becomes a straight stack with the rows that the shear needs', () => {
    expect(plan.grid.verdict.kind).toBe('uniform')
    expect(plan.grid.spacingMm[2]).toBeCloseTo(4.6985, 3)
    // 5 mm of rows and twice 1.7101 mm of shear.
    expect(plan.grid.size).toEqual([6, 8, 3])
    expect(plan.inHoles).toEqual([])
  })

  it('puts a linear ramp where it is in the patient, and counts the corners that no slice covers', () => {
    const { error, missing } = worst(plan, stack, ([x, y, z]) => 3 * x - 2 * y + 7 * z)
    expect(error).toBeLessThan(1e-2)
    expect(missing).toBeGreaterThan(0)
    expect(missing).toBeLessThan(6 * 9 * 3 * 0.6)
  })
})

describe('any stack', () => {
  it('interpolates a linear function of the place exactly, whatever the steps, shifts, orientation and new spacing', () => {
    const steps = fc.array(fc.double({ min: 0.5, max: 9, noNaN: true }), { minLength: 1, maxLength: 6 })
    const angle = fc.double({ min: -3, max: 3, noNaN: true })
    const mm = fc.double({ min: 0.4, max: 3, noNaN: true })
    fc.assert(
      fc.property(
        steps,
        angle,
        mm,
        mm,
        mm,
        fc.double({ min: -2, max: 2, noNaN: true }),
        (gaps, a, dx, dy, dz, shift) => {
          const orientation = [Math.cos(a), Math.sin(a), 0, -Math.sin(a), Math.cos(a), 0]
          let z = -3
          const positions: Vec3[] = [[4, -7, z]]
          for (const [n, gap] of gaps.entries()) positions.push([4 + (n % 2) * shift, -7 + n * 0.3 * shift, (z += gap)])
          const stack = stackOf(positions, { spacing: [0.8, 1.3, 2], orientation })
          const { error } = worst(planRegrid(stack, [dx, dy, dz]), stack, ([x, y, w]) => 2 * x - y + 5 * w + 11)
          // The last slice may lie beyond the scan by a thousandth of a step, which is taken for rounding.
          expect(error).toBeLessThan(5 * 3e-3 + 2e-3)
        },
      ),
    )
  })

  it('keeps its columns and rows when only the step changes', () => {
    const stack = stackOf(alongZ(0, 1, 4, 5), { spacing: [1, 1, 1] })
    const plan = planRegrid(stack, [1, 1, 0.25])
    expect(plan.grid.size).toEqual([6, 5, 21])
    expect(worst(plan, stack, ([x, y, z]) => x - 3 * y + 4 * z)).toEqual({
      error: expect.closeTo(0, 3) as number,
      missing: 0,
    })
  })

  it('takes labels from the nearest slice: {0, 2} never gives 1 (S08)', () => {
    const stack = stackOf(alongZ(0, 2, 6), { spacing: [1, 1, 2] })
    const plan = planRegrid(stack, [0.7, 0.7, 1])
    const labels = Uint16Array.from({ length: 90 }, (_, n) => (n >= 30 && n < 60 ? 2 : 0))
    const depth = Array.from({ length: plan.grid.size[2] }, (_, n) => {
      const out = new Uint16Array(plan.grid.size[0] * plan.grid.size[1])
      nearestSlice(plan, { stack, data: labels, outside: 0 }, n, out)
      expect([...out].every(value => value === out[0])).toBe(true)
      return out[0]
    })
    // z = 0 1 2 3 4 5 6; half way goes to the lower slice.
    expect(depth).toEqual([0, 0, 2, 2, 2, 0, 0])
  })

  it('without positions, or with two slices at one, is refused', () => {
    expect(() => planRegrid({ ...stackOf(alongZ(0, 1)), positionsLps: null })).toThrow(SagittaError)
    expect(() => planRegrid(stackOf(alongZ(0, 1, 1, 2)))).toThrow(/same position/)
    expect(() => planRegrid(stackOf(alongZ(0)))).toThrow(SagittaError)
  })
})
