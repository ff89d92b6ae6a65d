// What an edit changed: runs of voxels that went from one label value to another. Invertible, and checked when applied.
import { SagittaError } from '../errors'

/**
 * Runs in ascending order, without overlap. Run r says: voxels start[r] to start[r] + length[r] - 1 went from value before[r] to
 * after[r]. A voxel's index is i + columns * (j + rows * k).
 */
export interface Delta {
  readonly start: Uint32Array
  readonly length: Uint32Array
  readonly before: Uint16Array
  readonly after: Uint16Array
}

/** Collects changed voxels, given in ascending order, into runs. */
export class DeltaBuilder {
  private readonly start: number[] = []
  private readonly length: number[] = []
  private readonly before: number[] = []
  private readonly after: number[] = []
  private end = -1

  change(index: number, before: number, after: number): void {
    const last = this.start.length - 1
    if (index === this.end && this.before[last] === before && this.after[last] === after) this.length[last]!++
    else {
      this.start.push(index)
      this.length.push(1)
      this.before.push(before)
      this.after.push(after)
    }
    this.end = index + 1
  }

  done(): Delta {
    return {
      start: Uint32Array.from(this.start),
      length: Uint32Array.from(this.length),
      before: Uint16Array.from(this.before),
      after: Uint16Array.from(this.after),
    }
  }
}

export const isEmpty = (delta: Delta): boolean => delta.start.length === 0

/** What turns `before` into `after`; both have one value per voxel, the first at index `offset` of the volume. */
export function diff(before: Uint16Array, after: Uint16Array, offset = 0): Delta {
  const builder = new DeltaBuilder()
  for (let n = 0; n < before.length; n++) if (before[n] !== after[n]) builder.change(offset + n, before[n]!, after[n]!)
  return builder.done()
}

/** The edit that takes the edit back. */
export const invert = (delta: Delta): Delta => ({ ...delta, before: delta.after, after: delta.before })

/**
 * Changes `values` (the whole volume) in place.
 * @throws corrupt-file when a voxel does not hold the value the delta starts from; `values` is unchanged then.
 */
export function applyDelta(values: Uint16Array, delta: Delta): void {
  checkBefore(values, delta)
  for (let r = 0; r < delta.start.length; r++)
    values.fill(delta.after[r]!, delta.start[r], delta.start[r]! + delta.length[r]!)
}

function checkBefore(values: Uint16Array, delta: Delta): void {
  for (let r = 0; r < delta.start.length; r++) {
    const end = delta.start[r]! + delta.length[r]!
    const before = delta.before[r]!
    for (let n = delta.start[r]!; n < end; n++)
      if (values[n] !== before)
        throw new SagittaError(
          'corrupt-file',
          `An edit expects label ${before} at voxel ${n}, where ${values[n] ?? 'nothing'} is: it does not belong to this label map.`,
          { voxel: n, expected: before, found: values[n] ?? null },
        )
  }
}

/** Slices the delta touches, ascending. */
export function slicesOf(delta: Delta, voxelsPerSlice: number): number[] {
  const slices = new Set<number>()
  for (let r = 0; r < delta.start.length; r++) {
    const last = Math.floor((delta.start[r]! + delta.length[r]! - 1) / voxelsPerSlice)
    for (let k = Math.floor(delta.start[r]! / voxelsPerSlice); k <= last; k++) slices.add(k)
  }
  return [...slices].sort((a, b) => a - b)
}

/** Voxels that gained a label and voxels that lost one; a voxel that went from one label to another counts in both. */
export function countChanges(delta: Delta): { added: number; removed: number } {
  let [added, removed] = [0, 0]
  for (let r = 0; r < delta.start.length; r++) {
    if (delta.after[r] !== 0) added += delta.length[r]!
    if (delta.before[r] !== 0) removed += delta.length[r]!
  }
  return { added, removed }
}
