import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { join } from 'node:path'
import { NIFTI1 } from 'nifti-reader-js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affineFromColumns, voxelToMm } from '#common/geometry/affine'
import type { Affine } from '#common/geometry/types'
import { scanPaths } from '../intake/scan'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume } from '../volumes/load'
import { readNifti, writeNifti } from './nifti'

const folder = temporaryFolder()
const at = (name: string): string => join(folder.path, name)
const counting = Int16Array.from({ length: 24 }, (_, n) => n + 1)
const size = [4, 3, 2] as const

/** Direction part orthonormal within 1e-6: columns over their lengths. */
function orthonormality(affine: Affine): number {
  const columns = [0, 1, 2].map(c => [affine[c]!, affine[4 + c]!, affine[8 + c]!])
  const lengths = columns.map(column => Math.hypot(...column))
  let worst = 0
  for (let a = 0; a < 3; a++)
    for (let b = 0; b < 3; b++) {
      const dot = columns[a]!.reduce((sum, value, n) => sum + value * columns[b]![n]!, 0) / (lengths[a]! * lengths[b]!)
      worst = Math.max(worst, Math.abs(dot - (a === b ? 1 : 0)))
    }
  return worst
}

const headerOf = (path: string): NIFTI1 => {
  const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)
  const nifti = new NIFTI1()
  nifti.readHeader(new Uint8Array(bytes.subarray(0, 352)).buffer)
  return nifti
}

const sformOf = (path: string): number[] => {
  const bytes = path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)
  return Array.from({ length: 12 }, (_, n) => bytes.readFloatLE(280 + 4 * n))
}

describe('reading (S07)', () => {
  it('uses the sform and warns when the qform disagrees', async () => {
    const nifti = new NIFTI1()
    nifti.littleEndian = true
    nifti.dims = [3, 4, 3, 2, 1, 1, 1, 1]
    nifti.pixDims = [-1, 2, 2, 3, 0, 0, 0, 0] // qfac -1: z reversed
    nifti.datatypeCode = 4
    nifti.numBitsPerVoxel = 16
    nifti.vox_offset = 352
    nifti.sform_code = 1
    nifti.qform_code = 1
    nifti.affine = [
      [2, 0, 0, 0],
      [0, 2, 0, 0],
      [0, 0, 3, 0],
      [0, 0, 0, 1],
    ]
    nifti.magic = 'n+1\0'
    writeFileSync(at('forms.nii'), Buffer.concat([Buffer.from(nifti.toArrayBuffer()), Buffer.from(counting.buffer)]))
    const image = await readNifti(at('forms.nii'))
    expect(image.warnings.map(warning => warning.code)).toEqual(['nifti-forms-disagree'])
    expect(image.affineLps).toEqual([-2, 0, 0, 0, 0, -2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1])
    expect(image.data).toEqual(counting)

    await writeNifti(at('forms-out.nii'), { size, affineLps: image.affineLps, data: image.data as Int16Array })
    const again = headerOf(at('forms-out.nii'))
    expect([again.sform_code, again.qform_code]).toEqual([1, 1])
    again
      .getQformMat()
      .slice(0, 3)
      .flat()
      .forEach((value, n) => expect(value).toBeCloseTo(sformOf(at('forms-out.nii'))[n]!, 5))
    expect((await readNifti(at('forms-out.nii'))).warnings).toEqual([])
  })

  it('knows size but not place without either form, and says so', async () => {
    await writeNifti(at('place.nii'), {
      size,
      affineLps: affineFromColumns([-2, 0, 0], [0, -2, 0], [0, 0, 3], [5, 5, 5]),
      data: counting,
    })
    const bytes = readFileSync(at('place.nii'))
    bytes.fill(0, 252, 256)
    writeFileSync(at('placeless.nii'), bytes)
    const image = await readNifti(at('placeless.nii'))
    expect(image.placed).toBe(false)
    expect(image.warnings.map(warning => warning.code)).toEqual(['orientation-unknown'])
    expect(image.spacingMm).toEqual([2, 2, 3])
  })

  it('applies the scaling of images and leaves label values alone', async () => {
    await writeNifti(at('scaled.nii'), {
      size,
      affineLps: affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]),
      data: counting,
    })
    const bytes = readFileSync(at('scaled.nii'))
    bytes.writeFloatLE(0.5, 112)
    bytes.writeFloatLE(-10, 116)
    writeFileSync(at('scaled.nii'), bytes)
    expect((await readNifti(at('scaled.nii'))).data.slice(0, 3)).toEqual(Float32Array.of(-9.5, -9, -8.5))
    expect((await readNifti(at('scaled.nii'), { labels: true })).data.slice(0, 3)).toEqual(Int16Array.of(1, 2, 3))
  })

  it('reads big-endian files', async () => {
    await writeNifti(at('little.nii'), {
      size,
      affineLps: affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]),
      data: counting,
    })
    const bytes = readFileSync(at('little.nii'))
    const header = headerOf(at('little.nii'))
    header.littleEndian = false
    const body = Buffer.from(bytes.subarray(352)).swap16()
    writeFileSync(at('big.nii'), Buffer.concat([Buffer.from(header.toArrayBuffer()), body]))
    expect((await readNifti(at('big.nii'))).data).toEqual(counting)
  })

  it('tells truncation and damage apart, naming the file', async () => {
    const affineLps = affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0])
    await writeNifti(at('cut.nii'), { size, affineLps, data: counting })
    truncateSync(at('cut.nii'), 370)
    await expect(readNifti(at('cut.nii'))).rejects.toMatchObject({
      code: 'truncated',
      details: { path: at('cut.nii') },
    })
    const noise = Int16Array.from({ length: 24000 }, (_, n) => (n * 7919) % 30011)
    await writeNifti(at('cut.nii.gz'), { size: [40, 30, 20], affineLps, data: noise })
    truncateSync(at('cut.nii.gz'), 9000)
    await expect(readNifti(at('cut.nii.gz'))).rejects.toMatchObject({ code: 'truncated' })
    folder.write('none.nii', 'this is text and no image at all')
    await expect(readNifti(at('none.nii'))).rejects.toMatchObject({ code: 'corrupt-file' })
    await expect(readNifti(at('nowhere.nii'))).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('writing (S07)', () => {
  it('makes rounded direction cosines orthonormal within 1e-6', async () => {
    const affineLps = affineFromColumns([0.999998, 0.00174533, 0], [-0.00174533, 0.999998, 0], [0, 0, 2], [1, 2, 3])
    await writeNifti(at('rounded.nii.gz'), { size, affineLps, data: counting })
    expect(orthonormality(sformOf(at('rounded.nii.gz')))).toBeLessThan(1e-6)
    expect(headerOf(at('rounded.nii.gz')).qform_code).toBe(1)
  })

  it('writes the sform alone under shear', async () => {
    const affineLps = affineFromColumns([1, 0, 0], [0, 0.939693, 0.34202], [0, 0, 5], [0, 0, 0])
    await writeNifti(at('sheared.nii'), { size, affineLps, data: counting })
    const header = headerOf(at('sheared.nii'))
    expect([header.sform_code, header.qform_code]).toEqual([1, 0])
    ;(await readNifti(at('sheared.nii'))).affineLps.forEach((value, n) => expect(value).toBeCloseTo(affineLps[n]!, 5))
  })

  it('puts an oblique voxel where the DICOM affine has it, in RAS words (D14)', async () => {
    const affineLps = affineFromColumns([0.866025, 0.5, 0], [-0.5, 0.866025, 0], [0, 0, 2], [10, 20, 30])
    await writeNifti(at('oblique.nii'), { size, affineLps, data: counting })
    const s = sformOf(at('oblique.nii'))
    const ras = [0, 1, 2].map(row => s[row * 4]! * 3 + s[row * 4 + 1]! + s[row * 4 + 2]! * 2 + s[row * 4 + 3]!)
    expect(ras.map(value => Number(value.toFixed(4)))).toEqual([-12.0981, -22.366, 34])
  })

  it('brings back values, type and place of any grid, right- or left-handed', async () => {
    const angle = fc.double({ min: -3, max: 3, noNaN: true })
    await fc.assert(
      fc.asyncProperty(angle, angle, angle, fc.boolean(), async (a, b, c, mirrored) => {
        const [ca, sa, cb, sb, cc, sc] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b), Math.cos(c), Math.sin(c)]
        const m = mirrored ? -1 : 1
        const affineLps = affineFromColumns(
          [0.7 * cb * cc, 0.7 * cb * sc, -0.7 * sb],
          [1.3 * (sa * sb * cc - ca * sc), 1.3 * (sa * sb * sc + ca * cc), 1.3 * sa * cb],
          [2.5 * m * (ca * sb * cc + sa * sc), 2.5 * m * (ca * sb * sc - sa * cc), 2.5 * m * ca * cb],
          [-120, 33, 7],
        )
        await writeNifti(at('any.nii'), { size, affineLps, data: counting })
        const image = await readNifti(at('any.nii'))
        expect(image.warnings).toEqual([])
        expect(image.data).toEqual(counting)
        const [there, back] = [voxelToMm(affineLps, [3, 2, 1]), voxelToMm(image.affineLps, [3, 2, 1])]
        expect(Math.hypot(there[0] - back[0], there[1] - back[1], there[2] - back[2])).toBeLessThan(1e-4)
      }),
      { numRuns: 60 },
    )
  })

  it('claims no place where none is known: both codes 0, the voxel size kept', async () => {
    await writeNifti(at('placeless.nii'), { size, affineLps: null, spacingMm: [0.5, 0.7, 3], data: counting })
    const { sform_code: sform, qform_code: qform, pixDims } = headerOf(at('placeless.nii'))
    expect([sform, qform]).toEqual([0, 0])
    expect(pixDims.slice(1, 4).map(mm => Number(mm.toFixed(5)))).toEqual([0.5, 0.7, 3])
    const image = await readNifti(at('placeless.nii'))
    expect(image.placed).toBe(false)
    expect(image.warnings.map(({ code }) => code)).toEqual(['orientation-unknown'])
    expect(image.data).toEqual(counting)
  })

  it('refuses values that do not fill the grid, and leaves no half file behind', async () => {
    const affineLps = affineFromColumns([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0])
    const writing = writeNifti(at('wrong.nii'), { size: [9, 9, 9], affineLps, data: counting })
    await expect(writing).rejects.toMatchObject({ code: 'request-invalid' })
    expect(readdirSync(folder.path).filter(name => name.includes('wrong'))).toEqual([])
  })
})

describe('as volumes', () => {
  it('come out of a scan like DICOM does, under any name', async () => {
    const affineLps = affineFromColumns([-1, 0, 0], [0, -1, 0], [0, 0, 2], [0, 0, 0])
    const labels = Uint16Array.from({ length: 24 }, (_, n) => n % 4)
    await writeNifti(join(folder.folder('scan'), 'image.nii.gz'), { size, affineLps, data: labels })
    writeFileSync(join(folder.path, 'scan/image'), readFileSync(join(folder.path, 'scan/image.nii.gz')))
    const { inspection, sources } = await scanPaths([join(folder.path, 'scan')])
    expect(inspection.volumes.map(({ size: s, verdict }) => [s, verdict.kind])).toEqual([
      [[4, 3, 2], 'uniform'],
      [[4, 3, 2], 'uniform'],
    ])
    const volume = await loadVolume(sources.get(inspection.volumes[0]!.id)!)
    expect([...volume.data]).toEqual([...labels])
    expect(volume.info.valueRange).toEqual([0, 3])
    expect([...volume.slice(1).values]).toEqual([...labels.subarray(12)])
  })
})
