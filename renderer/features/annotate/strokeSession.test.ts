import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyDelta } from '#common/labelmap/delta'
import { strokeFootprint } from '#common/labelmap/footprint'
import { paint, type PaintRule } from '#common/labelmap/paint'
import { StrokeSession } from './strokeSession'

const shape = { columns: 16, rows: 16, spacingMm: [1, 1] as const }
const rule: PaintRule = { tool: 'brush', label: 2, paintOver: 'empty', locked: new Set([3]) }
const coordinate = fc.double({ min: -3, max: 19, noNaN: true })

describe('a stroke while it is drawn', () => {
  it('shows exactly what the service will paint, whatever the path and what was there', () => {
    const path = fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 8 })
    const labels = fc.array(fc.constantFrom(0, 0, 1, 2, 3), { minLength: 256, maxLength: 256 })
    fc.assert(
      fc.property(path, labels, fc.double({ min: 0.2, max: 5, noNaN: true }), (points, before, radiusMm) => {
        const seen = Uint16Array.from(before)
        const session = new StrokeSession(shape, radiusMm, rule)
        for (const point of points) session.extend(seen, point)

        const truth = Uint16Array.from(before)
        const footprint = strokeFootprint(shape, session.points, radiusMm)
        const delta = footprint && paint(truth, shape.columns, footprint, rule)
        if (delta) applyDelta(truth, delta)
        expect([...seen]).toEqual([...truth])
        expect(session.changed).toBe(before.filter((value, at) => value !== seen[at]).length)

        session.repaint(seen)
        expect([...seen]).toEqual([...truth])
      }),
    )
  })

  it('does not repeat a point where the pointer rests', () => {
    const session = new StrokeSession(shape, 1, rule)
    const labels = new Uint16Array(256)
    for (let n = 0; n < 5; n++) session.extend(labels, [4, 4])
    expect(session.points).toEqual([[4, 4]])
  })
})
