// Slice states as runs of equal state, for drawing. Pure.
import type { SliceState } from '#common/ipc/voxels'

export interface SliceRun {
  readonly state: SliceState
  /** Share of all slices before it, and its own share. */
  readonly from: number
  readonly share: number
}

export function sliceRuns(states: readonly SliceState[]): SliceRun[] {
  const runs: { state: SliceState; from: number; share: number }[] = []
  states.forEach((state, index) => {
    const last = runs.at(-1)
    if (last?.state === state) last.share += 1 / states.length
    else runs.push({ state, from: index / states.length, share: 1 / states.length })
  })
  return runs
}
