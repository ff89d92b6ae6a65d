// Takes another label map (a model's proposal, a file) into the current one: which voxels change, under the rules of locks and completed slices.
import { DeltaBuilder, type Delta } from './delta'

export interface MergeRule {
  /** Labels that are taken over: afterwards they are where `incoming` has them. Others keep their voxels unless painted over. */
  readonly takes: (label: number) => boolean
  /** Labels whose voxels stay. */
  readonly locked: ReadonlySet<number>
  /** Slices that stay as they are. */
  readonly keepSlice: (k: number) => boolean
}

/** Both maps lie on the same grid. `current` stays as it is. */
export function merge(current: Uint16Array, incoming: Uint16Array, voxelsPerSlice: number, rule: MergeRule): Delta {
  const builder = new DeltaBuilder()
  for (let first = 0, k = 0; first < current.length; first += voxelsPerSlice, k++) {
    if (rule.keepSlice(k)) continue
    for (let n = first; n < first + voxelsPerSlice; n++) {
      const before = current[n]!
      const wanted = incoming[n]!
      if (before === wanted || rule.locked.has(before)) continue
      if (wanted !== 0 && rule.takes(wanted)) builder.change(n, before, wanted)
      else if (before !== 0 && rule.takes(before)) builder.change(n, before, 0)
    }
  }
  return builder.done()
}

/** The change that empties every voxel of one label. */
export function without(current: Uint16Array, value: number): Delta {
  const builder = new DeltaBuilder()
  for (let n = current.indexOf(value); n >= 0; n = current.indexOf(value, n + 1)) builder.change(n, value, 0)
  return builder.done()
}
