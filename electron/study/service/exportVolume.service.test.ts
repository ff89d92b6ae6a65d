// What a volume becomes as NIfTI when its slices are even, uneven, doubled, or nowhere (ADR 7).
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNifti } from '../images/nifti'
import { scanPaths } from '../intake/scan'
import { dicomFile, imageDataset, type TestImage } from '../testing/dicomFile'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume, type Volume } from '../volumes/load'
import { exportVolume } from './exportVolume'

const folder = temporaryFolder()

async function volumeOf(name: string, images: readonly Partial<TestImage>[]): Promise<Volume> {
  images.forEach((image, n) => {
    const values = Array<number>(16).fill(100 + n)
    folder.write(`${name}/${n}`, dicomFile(imageDataset({ rows: 4, columns: 4, values, instanceNumber: n, ...image })))
  })
  const { sources } = await scanPaths([join(folder.path, name)])
  return loadVolume([...sources.values()][0]!)
}
const at = (z: number): Partial<TestImage> => ({ positionLps: [0, 0, z], spacingMm: [0.5, 0.7] })
const out = join(folder.path, 'out.nii')

describe('export as NIfTI', () => {
  it('of slices that never said where they lie claims no place, and keeps the pixel spacing', async () => {
    const volume = await volumeOf('nowhere', [{ spacingMm: [0.5, 0.7] }, { spacingMm: [0.5, 0.7] }])
    expect(volume.info.verdict.kind).toBe('none')
    await exportVolume(volume, out)
    const { placed, size, spacingMm, data } = await readNifti(out)
    expect([placed, size]).toEqual([false, [4, 4, 2]])
    expect(spacingMm.slice(0, 2).map(mm => Number(mm.toFixed(4)))).toEqual([0.7, 0.5])
    expect([data[0], data[16]]).toEqual([100, 101])
  })

  it.each([
    ['gaps', [0, 1, 2, 4], 'sagitta resample'],
    ['irregular', [0, 1, 2.3, 3, 4.4], 'sagitta resample'],
    ['duplicates', [0, 0, 2], 'place of its own'],
  ] as const)('of %s is refused with the way out', async (kind, zs, way) => {
    const same = kind === 'duplicates' ? { instanceNumber: 1 } : {}
    const volume = await volumeOf(
      kind,
      zs.map(z => ({ ...at(z), ...same })),
    )
    expect(volume.info.verdict.kind).toBe(kind)
    await expect(exportVolume(volume, out)).rejects.toMatchObject({
      code: 'no-geometry',
      message: expect.stringContaining(way) as string,
    })
  })
})
