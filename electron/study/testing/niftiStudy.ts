// For tests: small studies as NIfTI files, and a study service over a folder of its own.
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { affineFromColumns } from '#common/geometry/affine'
import { writeNifti } from '../images/nifti'
import { StudyService } from '../service/studyService'

export interface TestVolume {
  readonly size?: readonly [number, number, number]
  readonly spacingMm?: readonly [number, number, number]
  readonly value?: (i: number, j: number, k: number) => number
}

/** Axial int16 NIfTI, first voxel at (-10, -20, 30) LPS. */
export async function writeTestVolume(
  path: string,
  { size = [16, 12, 6], spacingMm = [1, 1, 2], value }: TestVolume = {},
): Promise<void> {
  const [columns, rows, slices] = size
  const data = new Int16Array(columns * rows * slices)
  for (let n = 0; n < data.length; n++) {
    const [i, j, k] = [n % columns, Math.floor(n / columns) % rows, Math.floor(n / columns / rows)]
    data[n] = value ? value(i, j, k) : i + 10 * j + 100 * k
  }
  const [x, y, z] = spacingMm
  mkdirSync(dirname(path), { recursive: true })
  await writeNifti(path, { size, affineLps: affineFromColumns([x, 0, 0], [0, y, 0], [0, 0, z], [-10, -20, 30]), data })
}

export const testService = (root: string): StudyService =>
  new StudyService({
    scratchRoot: join(root, 'scratch'),
    sampleRoot: join(root, 'sample'),
    cacheRoot: join(root, 'cache'),
    who: () => 'Tester',
    memoryLimitBytes: () => 512 * 1024 * 1024,
  })

export const noJob = <P>(): { signal: AbortSignal; progress: (value: P) => void } => ({
  signal: new AbortController().signal,
  progress: () => undefined,
})
