// What a brush or eraser does to the pixels it covers: the rule of locked labels and of painting over, used by window and service alike.
import type { PaintOver } from '../ipc/voxels'
import { DeltaBuilder, type Delta } from './delta'
import type { Footprint } from './footprint'

export interface PaintRule {
  readonly tool: 'brush' | 'eraser'
  /** Label value to paint; for the eraser the one to erase, null for every unlocked one. */
  readonly label: number | null
  readonly paintOver: PaintOver
  readonly locked: ReadonlySet<number>
}

/** The value a covered pixel of value `before` gets. */
export function paintedValue(before: number, rule: PaintRule): number {
  if (rule.locked.has(before)) return before
  if (rule.tool === 'eraser') return rule.label === null || before === rule.label ? 0 : before
  if (rule.label === null) return before
  return before === 0 || rule.paintOver === 'unlocked' ? rule.label : before
}

/**
 * The change a stroke makes to one slice; `values` stays as it is.
 * @param values label values of the slice, row-major, `columns` wide
 * @param offset volume index of the slice's first voxel
 */
export function paint(values: Uint16Array, columns: number, footprint: Footprint, rule: PaintRule, offset = 0): Delta {
  const builder = new DeltaBuilder()
  for (let row = 0; row < footprint.rows; row++) {
    const line = (footprint.firstRow + row) * columns + footprint.firstColumn
    const covered = row * footprint.columns
    for (let column = 0; column < footprint.columns; column++) {
      if (footprint.covered[covered + column] === 0) continue
      const before = values[line + column]!
      const after = paintedValue(before, rule)
      if (after !== before) builder.change(offset + line + column, before, after)
    }
  }
  return builder.done()
}
