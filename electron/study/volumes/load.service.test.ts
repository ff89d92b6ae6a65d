import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXPLICIT_BE, IMPLICIT_LE } from '#common/dicom/transferSyntax'
import { scanPaths } from '../intake/scan'
import type { VolumeSource } from '../intake/types'
import { dicomFile, imageDataset, type TestDataset } from '../testing/dicomFile'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadSlice, loadVolume } from './load'

const folder = temporaryFolder()

async function onlySource(name: string): Promise<VolumeSource> {
  const { sources } = await scanPaths([join(folder.path, name)])
  expect(sources.size).toBe(1)
  return [...sources.values()][0]!
}

const ramp = (rows: number, columns: number, first = 0): number[] =>
  Array.from({ length: rows * columns }, (_, n) => first + n)

const CUT: Record<string, TestDataset> = {
  'PR=1, 12 of 16 bits': {
    '00280101': ['US', 12],
    '00280102': ['US', 11],
    '00280103': ['US', 1],
    '7FE00010': ['OW', [0x0f80]],
  },
  'PR=0 with an overlay bit': { '00280101': ['US', 12], '00280102': ['US', 11], '7FE00010': ['OW', [0x8064]] },
  'PR=1, 16 bits': { '00280103': ['US', 1], '7FE00010': ['OW', [0xfc00]] },
}
const VALUES = [-128, 100, -1024]

describe('stored values to real values (D06)', () => {
  it.each(Object.keys(CUT))('%s', async name => {
    folder.write(
      `d06/${name}/a`,
      dicomFile(imageDataset({ rows: 1, columns: 1, values: [], positionLps: [0, 0, 0], with: CUT[name]! })),
    )
    const volume = await loadVolume(await onlySource(`d06/${name}`))
    expect([...volume.data]).toEqual([VALUES[Object.keys(CUT).indexOf(name)]])
  })

  it.each([IMPLICIT_LE, EXPLICIT_BE])('are the same in %s', async transferSyntaxUid => {
    const dataset = imageDataset({ rows: 2, columns: 3, values: ramp(2, 3, 500), positionLps: [0, 0, 0] })
    folder.write(`syntax/${transferSyntaxUid}/a`, dicomFile(dataset, { transferSyntaxUid }))
    expect([...(await loadVolume(await onlySource(`syntax/${transferSyntaxUid}`))).data]).toEqual(ramp(2, 3, 500))
  })
})

describe('rescale', () => {
  const write = (name: string, slopes: readonly string[], values = [0, 1, 2, 65535]): void =>
    slopes.forEach((slope, z) =>
      folder.write(
        `${name}/${z}`,
        dicomFile(
          imageDataset({
            ...{ rows: 2, columns: 2, values, positionLps: [0, 0, z] },
            with: { '00281052': ['DS', '-1024'], '00281053': ['DS', slope] },
          }),
        ),
      ),
    )

  it('stays in 16 bits while the values do', async () => {
    write('int', ['1', '1'], [0, 1, 2, 3000])
    const { data, info } = await loadVolume(await onlySource('int'))
    expect(data).toEqual(Int16Array.of(-1024, -1023, -1022, 1976, -1024, -1023, -1022, 1976))
    expect(info.valueRange).toEqual([-1024, 1976])
    expect(info.unit).toBe('HU')
  })

  it('widens to float32 when one value does not fit, without wrapping any', async () => {
    write('wide', ['1', '1'])
    const { data } = await loadVolume(await onlySource('wide'))
    expect(data).toEqual(Float32Array.of(-1024, -1023, -1022, 64511, -1024, -1023, -1022, 64511))
  })

  it('is that of each slice (PET)', async () => {
    write('pet', ['0.5', '2'], [0, 1, 2, 3])
    const { data } = await loadVolume(await onlySource('pet'))
    expect(data).toEqual(Float32Array.of(-1024, -1023.5, -1023, -1022.5, -1024, -1022, -1020, -1018))
  })
})

describe('truncated and overlong files (D19)', () => {
  const dataset = (z: number, bytes: number): TestDataset =>
    imageDataset({
      ...{ rows: 8, columns: 8, values: [], positionLps: [0, 0, z] },
      with: { '7FE00010': ['OW', new Uint8Array(bytes).fill(1)] },
    })

  it('names a short file, leaves its slice out with a notice, and loads the rest', async () => {
    for (const z of [0, 1, 3]) folder.write(`short/${z}`, dicomFile(dataset(z, 128)))
    folder.write('short/2', dicomFile(dataset(2, 100)))
    const { inspection, sources } = await scanPaths([join(folder.path, 'short')])
    expect(inspection.files.read).toBe(3)
    expect(inspection.files.skipped).toEqual([
      { path: join(folder.path, 'short/2'), reason: expect.stringContaining('100 of 128 bytes') as string },
    ])
    const [info] = inspection.volumes
    expect(info!.size[2]).toBe(3)
    expect(info!.verdict.kind).toBe('gaps')
    expect(info!.warnings.find(warning => warning.code === 'truncated')!.files).toEqual([join(folder.path, 'short/2')])
    expect((await loadVolume(sources.get(info!.id)!)).data).toHaveLength(3 * 64)
  })

  it('refuses a file cut inside its pixel data', async () => {
    const whole = dicomFile(dataset(0, 128))
    folder.write('cut/a', whole.subarray(0, whole.length - 30))
    const { inspection } = await scanPaths([join(folder.path, 'cut')])
    expect(inspection.files.skipped[0]!.reason).toContain('98 of 128 bytes')
    expect(inspection.volumes).toEqual([])
  })

  it('takes no harm from bytes after the pixels', async () => {
    folder.write('long/a', dicomFile(dataset(0, 130)))
    const { data, info } = await loadVolume(await onlySource('long'))
    expect(data).toHaveLength(64)
    expect(info.warnings.map(warning => warning.code)).toContain('trailing-bytes')
  })

  it('excludes a slice that turns out unreadable only when it is decoded', async () => {
    for (const z of [0, 1, 2]) folder.write(`late/${z}`, dicomFile(dataset(z, 128)))
    const source = await onlySource('late')
    folder.write('late/1', dicomFile(dataset(1, 128)).subarray(0, 600))
    const volume = await loadVolume(source)
    expect(volume.info.size[2]).toBe(2)
    expect(volume.data).toHaveLength(2 * 64)
    expect(volume.info.sopInstanceUids).toHaveLength(2)
    const notice = volume.info.warnings.find(warning => warning.code === 'slices-excluded')!
    expect(notice.files).toEqual([join(folder.path, 'late/1')])
  })
})

describe('loading', () => {
  const count = 12
  it('hands out the wanted slice first and reports the rest', async () => {
    for (let z = 0; z < count; z++)
      folder.write(
        `order/${z}`,
        dicomFile(imageDataset({ rows: 2, columns: 2, values: [z, z, z, z], positionLps: [0, 0, z] })),
      )
    const arrived: number[] = []
    const progress: number[] = []
    const volume = await loadVolume(await onlySource('order'), {
      firstSlice: 7,
      onSlice: (k, read) => {
        arrived.push(k)
        expect([...read().values]).toEqual([k, k, k, k])
      },
      onProgress: done => progress.push(done),
    })
    expect(arrived.slice().sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, k) => k))
    expect(arrived.slice(0, 4)).toContain(7)
    expect(progress.at(-1)).toBe(count)
    expect([...volume.slice(3).values]).toEqual([3, 3, 3, 3])
  })

  it('reads one slice without the others', async () => {
    expect([...(await loadSlice(await onlySource('order'), 5)).values]).toEqual([5, 5, 5, 5])
    await expect(loadSlice(await onlySource('order'), 99)).rejects.toMatchObject({ code: 'request-invalid' })
  })

  it('refuses what is over the budget, with the numbers, and still pages', async () => {
    const source = await onlySource('order')
    await expect(loadVolume(source, { budgetBytes: 10 })).rejects.toMatchObject({
      code: 'volume-too-large',
      details: { bytes: 96, budgetBytes: 10 },
    })
    expect([...(await loadSlice(source, 0)).values]).toEqual([0, 0, 0, 0])
  })

  it('stops when asked to', async () => {
    const stop = new AbortController()
    const loading = loadVolume(await onlySource('order'), { signal: stop.signal, onSlice: () => stop.abort() })
    await expect(loading).rejects.toMatchObject({ code: 'cancelled' })
  })
})
