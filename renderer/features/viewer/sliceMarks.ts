// Which slices the slice bar marks: those with the current label, and those marked complete. Filled by whoever owns the target map.
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { SliceState } from '#common/ipc/voxels'
import { useSelection } from '../../stores/selection'

export interface Stretch {
  readonly first: number
  readonly count: number
}

/** Consecutive slices for which `holds`, joined. */
export function stretches(slices: number, holds: (k: number) => boolean): Stretch[] {
  const found: Stretch[] = []
  let first = -1
  for (let k = 0; k <= slices; k++) {
    const on = k < slices && holds(k)
    if (on && first < 0) first = k
    if (!on && first >= 0) {
      found.push({ first, count: k - first })
      first = -1
    }
  }
  return found
}

export const useSliceMarks = defineStore('sliceMarks', () => {
  const selection = useSelection()
  const map = shallowRef<{
    readonly states: readonly SliceState[]
    readonly sliceLabels: readonly (readonly number[])[]
  } | null>(null)

  const color = computed(() => selection.label?.color ?? 'transparent')
  const labelled = computed(() => {
    const value = selection.labelValue
    const slices = map.value?.sliceLabels ?? []
    return value === null ? [] : stretches(slices.length, k => slices[k]!.includes(value))
  })
  const complete = computed(() => {
    const states = map.value?.states ?? []
    return stretches(states.length, k => states[k] === 'complete')
  })
  return { map, color, labelled, complete }
})
