import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { IMPLICIT_LE } from '#common/dicom/transferSyntax'
import { SagittaError } from '#common/errors'
import { dicomFile, imageDataset, type TestDataset, type TestImage } from '../testing/dicomFile'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume } from '../volumes/load'
import { scanPaths } from './scan'
import type { ScanProgress } from './types'

const folder = temporaryFolder()

const plain = (z: number, changes: Partial<TestImage> = {}): TestDataset =>
  imageDataset({ rows: 4, columns: 4, values: Array<number>(16).fill(100 + z), positionLps: [0, 0, z], ...changes })

describe('order of slices (D01)', () => {
  const z = [0, 2, 4, 6, 8]
  const variants: Record<string, (index: number) => number | null> = {
    'numbers all 1': () => 1,
    'no numbers': () => null,
    'numbers downward': index => 5 - index,
  }
  const names = [
    ['a', 'b', 'c', 'd', 'e'],
    ['d', 'a', 'e', 'c', 'b'],
  ]

  it.each(Object.keys(variants))('comes from positions: %s', async variant => {
    const hashes = new Set<string>()
    for (const [pass, shuffled] of names.entries()) {
      const at = `d01/${variant}/${pass}`
      z.forEach((value, index) => {
        const dataset = plain(value, { instanceNumber: variants[variant]!(index) })
        folder.write(`${at}/${shuffled[index]}`, dicomFile({ ...dataset, '00080018': ['UI', `1.2.3.${index + 1}`] }))
      })
      const { inspection, sources } = await scanPaths([join(folder.path, at)])
      expect(inspection.volumes).toHaveLength(1)
      const [info] = inspection.volumes
      expect(info!.spacingMm[2]).toBeCloseTo(2, 9)
      expect(info!.verdict.kind).toBe('uniform')
      const { data } = await loadVolume(sources.get(info!.id)!)
      expect(z.map((_, k) => data[k * 16])).toEqual([100, 102, 104, 106, 108])
      hashes.add(`${info!.id} ${info!.geometryHash} ${data.join(',')}`)
    }
    expect(hashes.size).toBe(1)
  })
})

describe('what is in a folder (D02)', () => {
  it('is found by content, and everything else is skipped with a reason', async () => {
    folder.write('d02/IM0001', dicomFile(plain(0)))
    folder.write('d02/A.DCM', dicomFile(plain(2)))
    const bare = { ...plain(4), '00080005': ['CS', 'ISO_IR 100'] } as const
    folder.write('d02/RAW1', dicomFile(bare, { transferSyntaxUid: IMPLICIT_LE, form: 'bare' }))
    folder.write('d02/README.txt', 'Images of the patient, see the folder.')
    folder.write('d02/.DS_Store', Uint8Array.of(0, 0, 0, 1, 0x42, 0x75, 0x64, 0x31))
    folder.write('d02/empty', '')
    const { inspection } = await scanPaths([join(folder.path, 'd02')])
    expect(inspection.files.read).toBe(3)
    expect(inspection.files.skipped.map(({ path }) => path.split('/').at(-1))).toEqual([
      '.DS_Store',
      'README.txt',
      'empty',
    ])
    expect(inspection.files.skipped.every(({ reason }) => reason.length > 0)).toBe(true)
    expect(inspection.volumes.map(volume => volume.size)).toEqual([[4, 4, 3]])
  })

  it('is DICOM even when its preamble says TIFF', async () => {
    const file = dicomFile(plain(0))
    file.set([0x49, 0x49, 0x2a, 0])
    folder.write('dual/a', file)
    const { inspection } = await scanPaths([join(folder.path, 'dual')])
    expect(inspection.volumes.map(volume => volume.modality)).toEqual(['CT'])
  })

  it('is walked once, whatever links lead round in it', async () => {
    folder.write('links/inner/one', dicomFile(plain(0)))
    symlinkSync(join(folder.path, 'links'), join(folder.path, 'links/inner/loop'))
    symlinkSync('a', join(folder.path, 'links/a'))
    const { inspection } = await scanPaths([join(folder.path, 'links')])
    expect(inspection.files.read).toBe(1)
    expect(inspection.files.skipped.map(({ path }) => path.split('/').at(-1))).toEqual(['a'])
  })

  it('reads the same file once when it is there twice', async () => {
    const file = dicomFile(plain(0))
    folder.write('twice/a', file)
    folder.write('twice/backup/a', file)
    const { inspection } = await scanPaths([join(folder.path, 'twice')])
    expect(inspection.volumes.map(volume => volume.frames)).toEqual([1])
    expect(inspection.files.skipped[0]!.reason).toContain('a copy of')
  })
})

describe('a scan', () => {
  it('says which path is missing', async () => {
    await expect(scanPaths([join(folder.path, 'nowhere')])).rejects.toMatchObject({ code: 'not-found' })
  })

  it('reports progress and ends at the total', async () => {
    for (const z of [0, 1, 2]) folder.write(`progress/${z}`, dicomFile(plain(z)))
    const seen: ScanProgress[] = []
    await scanPaths([join(folder.path, 'progress')], { onProgress: progress => seen.push(progress) })
    expect(seen.at(-1)).toEqual({ filesSeen: 3, filesRead: 3, skipped: 0, series: 1, totalFiles: 3 })
  })

  it('stops when asked to', async () => {
    const stop = new AbortController()
    stop.abort()
    await expect(scanPaths([folder.path], { signal: stop.signal })).rejects.toBeInstanceOf(SagittaError)
  })

  it('keeps a series without SeriesInstanceUID whole', async () => {
    for (const z of [0, 2, 4]) folder.write(`nouid/${z}`, dicomFile(plain(z, { with: { '0020000E': ['UI', ''] } })))
    const { inspection } = await scanPaths([join(folder.path, 'nouid')])
    expect(inspection.volumes.map(volume => volume.size)).toEqual([[4, 4, 3]])
  })
})
