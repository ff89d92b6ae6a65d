// How many voxels each label has, in all and on each slice, kept up to date edit by edit.
import type { Delta } from './delta'

type Counts = Map<number, number>

function add(counts: Counts, value: number, voxels: number): void {
  if (value === 0) return
  const sum = (counts.get(value) ?? 0) + voxels
  if (sum === 0) counts.delete(value)
  else counts.set(value, sum)
}

export class LabelStatistics {
  private readonly total: Counts = new Map()
  private readonly slices: Counts[]
  private readonly names: (readonly number[])[]

  /**
   * @param values label values of the whole volume, `voxelsPerSlice` a slice
   * @param empty nobody has drawn yet: nothing is read, and the memory of a large new map stays untouched
   */
  constructor(
    values: Uint16Array,
    private readonly voxelsPerSlice: number,
    empty = false,
  ) {
    const slices = values.length / voxelsPerSlice
    this.slices = Array.from({ length: slices }, () => new Map<number, number>())
    this.names = Array.from({ length: slices }, () => [])
    for (let start = empty ? values.length : 0; start < values.length;) {
      const k = Math.floor(start / voxelsPerSlice)
      const sliceEnd = (k + 1) * voxelsPerSlice
      const value = values[start]
      let end = start + 1
      while (end < sliceEnd && values[end] === value) end++
      if (value !== 0) this.count(k, value!, end - start)
      start = end
    }
    for (let k = 0; k < slices; k++) this.listLabels(k)
  }

  /** Call it after the delta was applied; the runs alone say what changed. */
  apply(delta: Delta): void {
    const touched = new Set<number>()
    for (let r = 0; r < delta.start.length; r++) {
      const end = delta.start[r]! + delta.length[r]!
      for (let start = delta.start[r]!; start < end;) {
        const k = Math.floor(start / this.voxelsPerSlice)
        const stop = Math.min(end, (k + 1) * this.voxelsPerSlice)
        this.count(k, delta.before[r]!, start - stop)
        this.count(k, delta.after[r]!, stop - start)
        touched.add(k)
        start = stop
      }
    }
    for (const k of touched) this.listLabels(k)
  }

  /** Ascending by value; labels without a voxel are left out. */
  counts(): { value: number; voxels: number }[] {
    return [...this.total].sort(([a], [b]) => a - b).map(([value, voxels]) => ({ value, voxels }))
  }

  voxelsOf(value: number): number {
    return this.total.get(value) ?? 0
  }

  /** Voxels of one label on slice k. */
  onSlice(k: number, value: number): number {
    return this.slices[k]?.get(value) ?? 0
  }

  /** Per slice: the label values that occur, ascending. */
  sliceLabels(): readonly (readonly number[])[] {
    return this.names
  }

  private count(k: number, value: number, voxels: number): void {
    add(this.total, value, voxels)
    add(this.slices[k]!, value, voxels)
  }

  private listLabels(k: number): void {
    this.names[k] = [...this.slices[k]!.keys()].sort((a, b) => a - b)
  }
}
