import { describe, expect, it } from 'vitest'
import { layer, layered, part } from './anatomy/part'
import { createBentFrame } from './bend'
import { paint, type Canvas } from './paint'
import { PHANTOM_PATIENTS } from './patients'
import { sliceGrid } from './scanner'
import { ellipsoid } from './shapes/primitives'
import type { Vec3 } from '../geometry/types'

/** A stack of 40 x 40 x 24 voxels without bend or scale; paints on air of 0 HU. */
function paintStack(spacingMm: Vec3, partOf: Parameters<typeof paint>[1]): { hu: Float32Array; labels: Uint8Array } {
  const size = [40, 40, 24] as const
  const patient = { ...PHANTOM_PATIENTS[0]!, size, spacingMm, scale: [1, 1, 1] as const }
  const grid = {
    ...sliceGrid(patient),
    originMm: [(-39 * spacingMm[0]) / 2, (-39 * spacingMm[1]) / 2] as const,
    bottomMm: (-23 * spacingMm[2]) / 2,
  }
  const frame = createBentFrame(patient, grid, [])
  const plane = 40 * 40
  const hu = new Float32Array(plane * 24)
  const labels = new Uint8Array(plane * 24)
  const flat = new Float32Array(plane)
  for (let k = 0; k < 24; k++) {
    frame.moveTo(grid.bottomMm + k * spacingMm[2])
    const canvas: Canvas = {
      frame,
      spacingMm,
      bodyPerMm: 1,
      grain: flat,
      patch: flat,
      hu: hu.subarray(k * plane, (k + 1) * plane),
      labels: labels.subarray(k * plane, (k + 1) * plane),
    }
    paint(canvas, partOf)
  }
  return { hu, labels }
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)

describe('partial volume', () => {
  const radiusMm = 17
  const exactMm3 = (4 / 3) * Math.PI * radiusMm ** 3
  const ball = ellipsoid([0.3, -0.4, 0.7], [radiusMm, radiusMm, radiusMm])

  it.each([[[1.5, 1.5, 3]], [[2, 2, 2]], [[1, 1, 4]]] as [Vec3][])(
    'a ball in voxels of %j mm keeps its volume in HU',
    spacingMm => {
      const { hu } = paintStack(spacingMm, part(ball, { hu: 1000 }, 1))
      const mm3 = (sum(hu) / 1000) * spacingMm[0] * spacingMm[1] * spacingMm[2]
      expect(mm3 / exactMm3).toBeGreaterThan(0.985)
      expect(mm3 / exactMm3).toBeLessThan(1.015)
    },
  )

  it('labels exactly the voxels whose centre lies inside', () => {
    const spacingMm: Vec3 = [1.5, 1.5, 3]
    const { labels } = paintStack(spacingMm, part(ball, { hu: 1000 }, 5))
    const wrong = labels.filter((value, n) => {
      const [i, j, k] = [n % 40, Math.floor(n / 40) % 40, Math.floor(n / 1600)]
      const [x, y, z] = [(i - 19.5) * 1.5 - 0.3, (j - 19.5) * 1.5 + 0.4, (k - 11.5) * 3 - 0.7]
      return (value === 5) !== x * x + y * y + z * z < radiusMm * radiusMm
    })
    expect(wrong.length).toBe(0)
  })

  it('edges are mixtures, insides are pure', () => {
    const { hu } = paintStack([1.5, 1.5, 3], part(ball, { hu: 1000 }, 1))
    const middle = 11 * 1600 + 20 * 40 + 20
    expect(hu[middle]).toBe(1000)
    expect(hu.filter(value => value > 50 && value < 950).length).toBeGreaterThan(500)
  })
})

describe('layers', () => {
  it('lie inside one another, and `keep` leaves the label of what is around', () => {
    const { hu, labels } = paintStack(
      [1.5, 1.5, 3],
      layered(ellipsoid([0, 0, 0], [20, 20, 20]), layer(0, { hu: 500 }, 4), layer(-6, { hu: 100 }, 'keep')),
    )
    const at = (i: number): number => 12 * 1600 + 20 * 40 + i
    expect([hu[at(20)], labels[at(20)]]).toEqual([100, 4])
    expect(hu[at(20 + 11)]).toBeCloseTo(500, -1)
  })

  it('a part that lets through leaves some of what was there', () => {
    const { hu } = paintStack([1.5, 1.5, 3], part(ellipsoid([0, 0, 0], [20, 20, 20]), { hu: 400, opacity: 0.25 }, 0))
    expect(hu[12 * 1600 + 20 * 40 + 20]).toBeCloseTo(100, 3)
  })
})
