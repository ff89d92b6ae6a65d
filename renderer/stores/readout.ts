// What is under the pointer in a view: filled by the viewer on every move, read by the status bar.
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface Readout {
  /** LPS mm; null when the volume has no geometry. */
  readonly pointLps: readonly [x: number, y: number, z: number] | null
  /** Voxel (column i, row j, slice k), 0-based. */
  readonly ijk: readonly [i: number, j: number, k: number]
  /** Value after rescale; null where there is none (padding, not read yet); three for colour. */
  readonly value: number | readonly [r: number, g: number, b: number] | null
  /** Unit of the value: HU, or empty. */
  readonly unit: string
  /** Label value under the pointer; 0 is background. */
  readonly label: number
}

export const useReadout = defineStore('readout', () => {
  const current = shallowRef<Readout | null>(null)
  const show = (readout: Readout): void => {
    current.value = readout
  }
  const clear = (): void => {
    current.value = null
  }
  return { current, show, clear }
})
