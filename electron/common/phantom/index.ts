// The body phantom: CT volumes of invented patients with their ground truth, from seeds. Ships as the sample study; tests use it too.
//
// Reproducibility: all arithmetic is integer or IEEE 754 double/single with +, -, *, / and sqrt, which ECMAScript engines compute exactly
// rounded and without fused operations; no sin, exp or pow of the host library is called. Images and labels are therefore equal bit by
// bit on every machine; a test pins their hash.
import type { Affine } from '../geometry/types'
import type { PhantomPatient } from './patients'
import { createScanner, sliceGrid } from './scanner'
import type { SliceGrid } from './shapes/frame'

export { drawPatients } from './drawPatients'
export { PHANTOM_LABELS, type PhantomLabel } from './labels'
export { PHANTOM_PATIENTS, type PhantomPatient } from './patients'
export { createScanner, sliceGrid, type Scanner } from './scanner'
export type { SliceGrid } from './shapes/frame'

/** Goes up whenever the same seed gives other voxels: files made by another version are made again. */
export const PHANTOM_VERSION = 1

export interface PhantomVolume {
  /** [columns, rows, slices]. */
  size: [number, number, number]
  spacingMm: [number, number, number]
  /** Voxel (i, j, k) to LPS mm, row-major; slices ascend towards the head. */
  affineLps: Affine
  /** HU, i fastest. */
  image: Int16Array
  /** Values of PHANTOM_LABELS, 0 background; the label of what lies at the voxel's centre. */
  labels: Uint8Array
}

export interface PhantomOptions {
  /** Called after each slice; may throw to stop. */
  onSlice?: (k: number) => void
  /** Other voxel counts over the same field of view, for fast tests. */
  size?: readonly [number, number, number]
}

/** The whole volume of a patient, synchronously (about 2 s at full size). For slice-wise work use `createScanner`. */
export function generatePhantom(patient: PhantomPatient, options: PhantomOptions = {}): PhantomVolume {
  const grid = sliceGrid(patient, options.size)
  const scanner = createScanner(patient, grid)
  const slices = options.size?.[2] ?? patient.size[2]
  const plane = grid.columns * grid.rows
  const image = new Int16Array(plane * slices)
  const labels = new Uint8Array(plane * slices)
  for (let k = 0; k < slices; k++) {
    scanner.slice(k, image.subarray(k * plane, (k + 1) * plane), labels.subarray(k * plane, (k + 1) * plane))
    options.onSlice?.(k)
  }
  return {
    size: [grid.columns, grid.rows, slices],
    spacingMm: [...grid.spacingMm],
    affineLps: gridAffine(grid),
    image,
    labels,
  }
}

/** Axial, head first, supine: rows to the patient's left, columns to posterior, slices to superior. */
export function gridAffine({ spacingMm, originMm, bottomMm }: SliceGrid): Affine {
  return [spacingMm[0], 0, 0, originMm[0], 0, spacingMm[1], 0, originMm[1], 0, 0, spacingMm[2], bottomMm, 0, 0, 0, 1]
}
