// CDs, archives and awkward names (CASES D07, D24).
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync, type Zippable } from 'fflate'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Inspection } from '#common/ipc/volume'
import { writeNifti } from '../images/nifti'
import { dicomFile, imageDataset, type TestDataset } from '../testing/dicomFile'
import { encodeFrame } from '../testing/encode'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadSlice, loadVolume } from '../volumes/load'
import { scanPaths } from './scan'
import type { VolumeSource } from './types'

/** One grey pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
)
const folder = temporaryFolder()
const at = (name: string): string => join(folder.path, name)
const plain = (z: number): TestDataset =>
  imageDataset({ rows: 4, columns: 4, values: Array<number>(16).fill(100 + z), positionLps: [0, 0, z] })
const slice = (z: number): Buffer => dicomFile(plain(z))
const skippedIn = ({ files }: Inspection): string[] =>
  files.skipped.map(({ path, reason }) => `${path.replace(folder.path, '')}: ${reason}`)

function dicomdir(...ids: string[]): Buffer {
  const dataset: TestDataset = {
    '00080016': ['UI', '1.2.840.10008.1.3.10'],
    '00041130': ['CS', 'CD'],
    '00041220': ['SQ', ids.map((id): TestDataset => ({ '00041430': ['CS', 'IMAGE'], '00041500': ['CS', id] }))],
  }
  return dicomFile(dataset)
}

afterEach(() => void vi.unstubAllEnvs())

describe('a CD (D24)', () => {
  folder.write('cd/DICOMDIR', dicomdir('IMAGES\\IM1', 'IMAGES\\IM2', 'IMAGES\\IM3', '..\\..\\x'))
  folder.write('cd/images/im1', slice(0))
  folder.write('cd/images/IM2.dcm', slice(2))
  folder.write('x', slice(9))
  symlinkSync('a', at('cd/a'))
  symlinkSync(at('x'), at('cd/out'))

  it('is read by its files; the index is no image, and what it lists in vain is told', async () => {
    const { inspection } = await scanPaths([at('cd')])
    expect(inspection.files.read).toBe(2)
    expect(inspection.volumes.map(volume => volume.size)).toEqual([[4, 4, 2]])
    expect(skippedIn(inspection)).toEqual([
      '/cd/DICOMDIR: a DICOMDIR: an index, no image',
      '/cd/DICOMDIR -> ../../x: refused: it leads out of the folder of the DICOMDIR',
      '/cd/DICOMDIR -> IMAGES/IM3: listed in the DICOMDIR, but not there',
      '/cd/a: a link that leads nowhere or back to itself',
      '/cd/out: refused: a link that leads out of the folder',
    ])
  })

  it('opens by its DICOMDIR alone, whatever the case and extension on disk', async () => {
    const { inspection } = await scanPaths([at('cd/DICOMDIR')])
    expect(inspection.files.read).toBe(2)
    expect(inspection.volumes.map(volume => volume.size)).toEqual([[4, 4, 2]])
  })
})

describe('a zip archive (D24)', () => {
  const zip = (name: string, entries: Zippable): string => folder.write(name, zipSync(entries))

  it('is read in place: stored or deflated entries, whole volume and single slices', async () => {
    const path = zip('study.zip', {
      'DICOM/A/1': slice(0),
      'DICOM/A/2': [slice(2), { level: 0 }],
      'DICOM/B/3': slice(4),
      'readme.txt': Buffer.from('text'),
    })
    const { inspection, sources } = await scanPaths([path])
    expect(inspection.files.read).toBe(3)
    expect(skippedIn(inspection)).toEqual(['/study.zip/readme.txt: no DICOM file and no other image'])
    const [source] = sources.values()
    const { data } = await loadVolume(source!)
    expect([0, 1, 2].map(k => data[k * 16])).toEqual([100, 102, 104])
    expect((await loadSlice(source!, 1)).values[0]).toBe(102)
  })

  it('may hold compressed images, longer than what is read for the header', async () => {
    const values = Uint16Array.from({ length: 256 * 256 }, (_, n) => (n * 2654435761) >>> 20)
    const frame = { rows: 256, columns: 256, bytes: new Uint8Array(values.buffer) }
    const encoded = await encodeFrame(frame, 'encodeJpegLs')
    const dataset = imageDataset({
      ...{ rows: 256, columns: 256, values: [], positionLps: [0, 0, 0] },
      with: { '7FE00010': ['OB', { offsets: [], fragments: [encoded] }] },
    })
    const path = zip('ls.zip', { image: dicomFile(dataset, { transferSyntaxUid: '1.2.840.10008.1.2.4.80' }) })
    const { sources } = await scanPaths([path])
    expect([...(await loadVolume([...sources.values()][0]!)).data]).toEqual([...values])
  })

  it('may hold images that are no DICOM: NIfTI, gzip or not, and PNG', async () => {
    vi.stubEnv('TMPDIR', folder.folder('tmp'))
    const affineLps = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]
    const data = Int16Array.from({ length: 24 }, (_, n) => n)
    for (const name of ['plain.nii', 'packed.nii.gz']) await writeNifti(at(name), { size: [4, 3, 2], affineLps, data })
    const plainNifti = readFileSync(at('plain.nii'))
    const path = zip('images.zip', {
      'a/plain.nii': plainNifti,
      'a/packed.nii.gz': [readFileSync(at('packed.nii.gz')), { level: 0 }],
      'picture.png': PNG,
      'cut.nii': plainNifti.subarray(0, 370),
    })
    const { inspection, sources } = await scanPaths([path])
    const names = inspection.volumes.map(({ description, size }) => `${description} ${size.join(' x ')}`)
    expect(names.sort()).toEqual([
      'cut.nii 4 x 3 x 2',
      'packed.nii.gz 4 x 3 x 2',
      'picture.png 1 x 1 x 1',
      'plain.nii 4 x 3 x 2',
    ])
    const named = (name: string): VolumeSource => [...sources.values()].find(({ info }) => info.description === name)!
    for (const name of ['plain.nii', 'packed.nii.gz']) expect((await loadVolume(named(name))).data).toEqual(data)
    expect((await loadSlice(named('plain.nii'), 1)).values[0]).toBe(12)
    expect(named('plain.nii').info.source).toBe(path)
    expect((await loadVolume(named('picture.png'))).data.length).toBe(1)
    await expect(loadVolume(named('cut.nii'))).rejects.toMatchObject({
      code: 'truncated',
      message: expect.stringContaining(`${path}/cut.nii`) as string,
    })
    expect(readdirSync(at('tmp'))).toEqual([])
  })

  it('cannot write or read outside itself, and says what it refuses', async () => {
    const path = zip('slip.zip', {
      '../../outside': slice(0),
      'inner.zip': zipSync({ a: slice(1) }),
      'C:\\x': slice(3),
      ok: slice(2),
    })
    const { inspection } = await scanPaths([path])
    expect(inspection.files.read).toBe(1)
    expect(skippedIn(inspection).sort()).toEqual([
      '/slip.zip/../../outside: refused: its name leads out of the archive',
      '/slip.zip/C:/x: refused: its name leads out of the archive',
      '/slip.zip/inner.zip: an archive inside an archive: unpack it first',
    ])
  })

  it('that is damaged is skipped by name', async () => {
    const bytes = zipSync({ a: slice(0), b: slice(1) })
    writeFileSync(at('cut.zip'), bytes.subarray(0, bytes.length - 40))
    const { inspection } = await scanPaths([at('cut.zip')])
    expect(inspection.files.read).toBe(0)
    expect(inspection.files.skipped[0]!.reason).toContain('damaged zip archive')
  })

  it('with an entry whose data is damaged still gives the others', async () => {
    const bytes = zipSync({ a: [slice(0), { level: 9 }], b: slice(1) })
    bytes.fill(0xff, 60, 120)
    writeFileSync(at('bad.zip'), bytes)
    const { inspection } = await scanPaths([at('bad.zip')])
    expect(inspection.files.read).toBe(1)
    expect(inspection.files.skipped[0]!.path).toBe(at('bad.zip/a'))
  })
})

describe('names with accents and other scripts (D07)', () => {
  const deep = Array.from({ length: 8 }, (_, n) => `ordner-${n}-${'ü'.repeat(14)}`).join('/')
  it.each([
    ['composed', 'médical/影像 (1)/Ünïcode'.normalize('NFC')],
    ['decomposed', 'médical/影像 (1)/Ünïcode'.normalize('NFD')],
    ['long', deep],
  ])('%s: import, export and reading back', async (_, name) => {
    folder.write(`${name}/tête•1.dcm`, slice(0))
    folder.write(`${name}/tête•2.dcm`, slice(1))
    const { inspection, sources } = await scanPaths([at(name)])
    expect(inspection.volumes.map(volume => volume.size)).toEqual([[4, 4, 2]])
    const { info, data } = await loadVolume([...sources.values()][0]!)
    const out = at(`${name}/sortie é.nii.gz`)
    await writeNifti(out, { size: info.size, affineLps: info.affineLps!, data })
    const again = await scanPaths([out])
    expect((await loadVolume([...again.sources.values()][0]!)).data).toEqual(data)
  })
})
