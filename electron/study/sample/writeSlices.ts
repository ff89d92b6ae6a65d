// Makes slices of a patient one after the other and writes each as a CT file.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createScanner, sliceGrid, type PhantomPatient } from '#common/phantom/index'

/** Part of a patient's slices. */
export interface SliceTask {
  readonly patient: PhantomPatient
  /** Folder of the CT files. */
  readonly dicomFolder: string
  /** 0 is the lowest. */
  readonly slices: readonly number[]
}

/** A finished slice: its file is written, its ground truth is here, row-major. */
export interface MadeSlice {
  readonly k: number
  readonly labels: Uint8Array<ArrayBuffer>
}

export async function* writeSlices({ patient, dicomFolder, slices }: SliceTask): AsyncGenerator<MadeSlice> {
  // The DICOM dictionary takes a while to load: only who writes a sample pays for it.
  const { ctImageFile } = await import('./ctImage')
  const grid = sliceGrid(patient)
  const scanner = createScanner(patient, grid)
  const image = new Int16Array(grid.columns * grid.rows)
  for (const k of slices) {
    const labels = new Uint8Array(grid.columns * grid.rows)
    scanner.slice(k, image, labels)
    await writeFile(join(dicomFolder, `IM_${String(k + 1).padStart(4, '0')}.dcm`), ctImageFile(patient, grid, k, image))
    yield { k, labels }
  }
}
