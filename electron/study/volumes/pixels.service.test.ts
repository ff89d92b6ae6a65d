// Every kind of pixel the standard has, to real values: depths, floats, colours, palettes, tables.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXPLICIT_BE, EXPLICIT_LE } from '#common/dicom/transferSyntax'
import { scanPaths } from '../intake/scan'
import { dicomFile, imageDataset, type TestDataset } from '../testing/dicomFile'
import { encodeFrame } from '../testing/encode'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume, type Volume } from './load'

const folder = temporaryFolder()
let files = 0

/** Loads a one-file study of 2 x 2 pixels at one place, changed as told. */
async function loaded(changes: TestDataset, transferSyntaxUid = EXPLICIT_LE): Promise<Volume> {
  const name = String(++files)
  const dataset = imageDataset({ rows: 2, columns: 2, values: [], positionLps: [0, 0, 0], with: changes })
  folder.write(`${name}/a`, dicomFile(dataset, { transferSyntaxUid }))
  const { sources } = await scanPaths([join(folder.path, name)])
  return loadVolume([...sources.values()][0]!)
}

const depth = (allocated: number, stored: number, signed = 0): TestDataset => ({
  '00280100': ['US', allocated],
  '00280101': ['US', stored],
  '00280102': ['US', stored - 1],
  '00280103': ['US', signed],
})

describe('grey', () => {
  it('1 bit, packed from the least significant bit, frames without padding between them', async () => {
    const changes: TestDataset = { ...depth(1, 1), '00280008': ['IS', '3'], '7FE00010': ['OB', [0b01101001, 0b1010]] }
    expect([...(await loaded(changes)).data]).toEqual([1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1])
  })

  it('8 bits, signed and unsigned', async () => {
    const pixels = ['OB', [0, 127, 128, 255]] as const
    expect((await loaded({ ...depth(8, 8), '7FE00010': pixels })).data).toEqual(Uint8Array.of(0, 127, 128, 255))
    expect((await loaded({ ...depth(8, 8, 1), '7FE00010': pixels })).data).toEqual(Int16Array.of(0, 127, -128, -1))
  })

  it('32 bits, in both byte orders', async () => {
    const values = [0, 70000, -70000, 2147483647]
    for (const syntax of [EXPLICIT_LE, EXPLICIT_BE]) {
      const bytes = Buffer.alloc(16)
      values.forEach((value, n) =>
        syntax === EXPLICIT_BE ? bytes.writeInt32BE(value, 4 * n) : bytes.writeInt32LE(value, 4 * n),
      )
      const { data } = await loaded({ ...depth(32, 32, 1), '7FE00010': ['OW', bytes] }, syntax)
      expect(data).toEqual(Float32Array.from(values))
    }
  })

  it('floating point', async () => {
    const bytes = new Uint8Array(Float32Array.of(0.5, -1.25, 1e10, NaN).buffer)
    const { '7FE00010': _, ...plain } = imageDataset({ rows: 2, columns: 2, values: [], positionLps: [0, 0, 0] })
    folder.write('float/a', dicomFile({ ...plain, '00280100': ['US', 32], '7FE00008': ['OF', bytes] }))
    const { sources } = await scanPaths([join(folder.path, 'float')])
    const { data, info } = await loadVolume([...sources.values()][0]!)
    expect(data).toEqual(Float32Array.of(0.5, -1.25, 1e10, NaN))
    expect(info.valueRange).toEqual([-1.25, 1e10])
  })

  it('through a Modality LUT, and a dose grid scaled to its unit', async () => {
    const table: TestDataset = {
      '00283002': ['US', [3, 10, 16]],
      '00283004': ['LO', 'OD'],
      '00283006': ['US', [100, 200, 400]],
    }
    const changes: TestDataset = { '00283000': ['SQ', [table]], '7FE00010': ['OW', [0, 10, 11, 99]] }
    const { data, info } = await loaded(changes)
    expect([...data]).toEqual([100, 100, 200, 400])
    expect(info.unit).toBe('OD')
    const dose = await loaded({
      '30040002': ['CS', 'GY'],
      '3004000E': ['DS', '0.01'],
      '7FE00010': ['OW', [0, 100, 200, 300]],
    })
    expect([...dose.data]).toEqual([0, 1, 2, 3])
    expect(dose.info.unit).toBe('GY')
  })

  it('of padding alone has no range', async () => {
    const pixels = ['OW', [63536, 63536, 63536, 63536]] as const
    const { info } = await loaded({ '00280103': ['US', 1], '00280120': ['SS', 63536], '7FE00010': pixels })
    expect(info.valueRange).toBeNull()
  })
})

describe('colour', () => {
  const rgb = { '00280002': ['US', 3], ...depth(8, 8) } as const
  const pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30]

  it('RGB by pixel and by plane', async () => {
    const byPixel = await loaded({
      ...rgb,
      '00280004': ['CS', 'RGB'],
      '00280006': ['US', 0],
      '7FE00010': ['OB', pixels],
    })
    expect([...byPixel.data]).toEqual(pixels)
    expect(byPixel.info.samples).toBe(3)
    const planes = [0, 1, 2].flatMap(sample => [0, 1, 2, 3].map(pixel => pixels[pixel * 3 + sample]!))
    const byPlane = await loaded({
      ...rgb,
      '00280004': ['CS', 'RGB'],
      '00280006': ['US', 1],
      '7FE00010': ['OB', planes],
    })
    expect([...byPlane.data]).toEqual(pixels)
  })

  it('YBR_FULL and its half-chroma form', async () => {
    // Red, green, blue and grey by ITU-R BT.601, full range.
    const ybr = [76, 85, 255, 150, 44, 21, 29, 255, 107, 128, 128, 128]
    const full = await loaded({ ...rgb, '00280004': ['CS', 'YBR_FULL'], '7FE00010': ['OB', ybr] })
    const expected = [255, 0, 0, 0, 255, 0, 0, 0, 255, 128, 128, 128]
    full.data.forEach((value, n) => expect(Math.abs(value - expected[n]!)).toBeLessThanOrEqual(2))
    const half = await loaded({
      ...rgb,
      '00280004': ['CS', 'YBR_FULL_422'],
      '7FE00010': ['OB', [76, 76, 85, 255, 128, 50, 128, 128]],
    })
    const pairs = [255, 0, 0, 255, 0, 0, 128, 128, 128, 50, 50, 50]
    half.data.forEach((value, n) => expect(Math.abs(value - pairs[n]!)).toBeLessThanOrEqual(2))
  })

  it('PALETTE COLOR with 16-bit entries', async () => {
    const channel = (...levels: number[]) => ['OW', levels.map(level => level * 257)] as const
    const changes: TestDataset = {
      ...depth(8, 8),
      '00280004': ['CS', 'PALETTE COLOR'],
      '00281101': ['US', [3, 1, 16]],
      '00281102': ['US', [3, 1, 16]],
      '00281103': ['US', [3, 1, 16]],
      '00281201': channel(255, 0, 7),
      '00281202': channel(0, 255, 8),
      '00281203': channel(0, 0, 9),
      '7FE00010': ['OB', [1, 2, 3, 200]],
    }
    const { data, info } = await loaded(changes)
    expect(info.samples).toBe(3)
    expect([...data]).toEqual([255, 0, 0, 0, 255, 0, 7, 8, 9, 7, 8, 9])
  })

  it('PALETTE COLOR whose tables are written in segments', async () => {
    const descriptor = ['US', [5, 0, 16]] as const
    const changes: TestDataset = {
      ...{ ...depth(8, 8), '00280004': ['CS', 'PALETTE COLOR'] },
      ...{ '00281101': descriptor, '00281102': descriptor, '00281103': descriptor },
      // Red rises in a straight line to 255, green falls, blue is one run.
      '00281221': ['OW', [0, 1, 0, 1, 4, 65280]],
      '00281222': ['OW', [0, 1, 65280, 1, 4, 0]],
      '00281223': ['OW', [0, 5, 256, 512, 768, 1024, 1280]],
      '7FE00010': ['OB', [0, 1, 4, 2]],
    }
    const { data, info } = await loaded(changes)
    expect(info.samples).toBe(3)
    expect([...data]).toEqual([0, 255, 1, 63, 191, 2, 255, 0, 5, 127, 127, 3])
  })

  it('JPEG 2000 with its colour transform undone', async () => {
    const bytes = Uint8Array.from({ length: 64 * 64 * 3 }, (_, n) => (n % 3 === 0 ? 200 : n % 3 === 1 ? 100 : 50))
    const frame = { rows: 64, columns: 64, bytes, bitsAllocated: 8, bitsStored: 8, samples: 3, photometric: 'RGB' }
    const encoded = await encodeFrame(frame, 'encodeJpeg2000')
    const changes: TestDataset = {
      ...rgb,
      '00280004': ['CS', 'YBR_RCT'],
      '00280010': ['US', 64],
      '00280011': ['US', 64],
      '7FE00010': ['OB', { offsets: [], fragments: [encoded] }],
    }
    expect([...(await loaded(changes, '1.2.840.10008.1.2.4.90')).data.slice(0, 6)]).toEqual([
      200, 100, 50, 200, 100, 50,
    ])
  })
})

describe('the id of a volume', () => {
  it('stays what it is from release to release: projects refer to it', async () => {
    const { info } = await loaded({ '00080018': ['UI', '1.2.3.4'], '7FE00010': ['OW', [0, 1, 2, 3]] })
    expect(info.id).toBe('e081858dff1f9739')
  })
})
