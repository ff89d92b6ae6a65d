import { describe, expect, it } from 'vitest'
import { applyDelta } from './delta'
import { strokeFootprint } from './footprint'
import { paint, paintedValue, type PaintRule } from './paint'

const rule = (over: Partial<PaintRule>): PaintRule => ({
  tool: 'brush',
  label: 1,
  paintOver: 'unlocked',
  locked: new Set(),
  ...over,
})

describe('paintedValue', () => {
  it('paints over other labels unless they are locked or only empty voxels are wanted', () => {
    const values = (over: Partial<PaintRule>) => [0, 1, 2, 3].map(before => paintedValue(before, rule(over)))
    expect(values({})).toEqual([1, 1, 1, 1])
    expect(values({ locked: new Set([3]) })).toEqual([1, 1, 1, 3])
    expect(values({ paintOver: 'empty' })).toEqual([1, 1, 2, 3])
  })

  it('erases one label, or every unlocked one', () => {
    const values = (over: Partial<PaintRule>) =>
      [0, 1, 2, 3].map(before => paintedValue(before, rule({ tool: 'eraser', ...over })))
    expect(values({ label: 2 })).toEqual([0, 1, 0, 3])
    expect(values({ label: null, locked: new Set([3]) })).toEqual([0, 0, 0, 3])
    expect(values({ label: null, paintOver: 'empty' })).toEqual([0, 0, 0, 0])
  })
})

describe('paint', () => {
  it('changes the shown slice and no other (S04)', () => {
    const size = [16, 16, 5] as const
    const volume = new Uint16Array(16 * 16 * 5)
    const k = 2
    const footprint = strokeFootprint({ columns: 16, rows: 16, spacingMm: [1, 1] }, [[8, 8]], 3)!
    const delta = paint(volume.subarray(k * 256, (k + 1) * 256), 16, footprint, rule({ label: 9 }), k * 256)
    applyDelta(volume, delta)
    const onSlice = Array.from({ length: size[2] }, (_, n) =>
      volume.subarray(n * 256, (n + 1) * 256).reduce((sum, value) => sum + Number(value === 9), 0),
    )
    expect(onSlice).toEqual([0, 0, 29, 0, 0])
  })

  it('says nothing about pixels that keep their value', () => {
    const slice = new Uint16Array(256).fill(1)
    const footprint = strokeFootprint({ columns: 16, rows: 16, spacingMm: [1, 1] }, [[8, 8]], 3)!
    expect(paint(slice, 16, footprint, rule({})).start.length).toBe(0)
  })
})
