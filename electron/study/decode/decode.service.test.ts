import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEFLATED_LE, EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '#common/dicom/transferSyntax'
import { scanPaths } from '../intake/scan'
import { dicomFile, imageDataset, type TestDataset, type TestFragments } from '../testing/dicomFile'
import { encodeFrame, type EncodeName } from '../testing/encode'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume } from '../volumes/load'
import { storedValues } from './storedValues'

const folder = temporaryFolder()
const counting = Array.from({ length: 16 }, (_, n) => n + 1)
const words = (values: readonly number[]): Uint8Array =>
  new Uint8Array(Uint16Array.from(values, v => v & 0xffff).buffer)

const dataset = (values: readonly number[], changes: TestDataset = {}): TestDataset =>
  imageDataset({ rows: 4, columns: 4, values, positionLps: [0, 0, 0], with: changes })

const encapsulated = (...fragments: Uint8Array[]): readonly ['OB', TestFragments] => ['OB', { offsets: [], fragments }]

const COMPRESSED: [uid: string, encode: EncodeName, parameters: Record<string, unknown>][] = [
  ['1.2.840.10008.1.2.5', 'encodeRle', {}],
  ['1.2.840.10008.1.2.4.57', 'encodeJpeg', { lossy: false, predictor: 1 }],
  ['1.2.840.10008.1.2.4.57', 'encodeJpeg', { lossy: false, predictor: 6 }],
  ['1.2.840.10008.1.2.4.70', 'encodeJpeg', { lossy: false, predictor: 1 }],
  ['1.2.840.10008.1.2.4.80', 'encodeJpegLs', {}],
  ['1.2.840.10008.1.2.4.90', 'encodeJpeg2000', {}],
  ['1.2.840.10008.1.2.4.201', 'encodeHtJpeg2000', {}],
  ['1.2.840.10008.1.2.4.202', 'encodeHtJpeg2000', { progressionOrder: 2 }],
]

describe('one image in every syntax (D03)', () => {
  it.each([IMPLICIT_LE, EXPLICIT_LE, EXPLICIT_BE, DEFLATED_LE])('%s', async transferSyntaxUid => {
    const path = folder.write(`d03/${transferSyntaxUid}`, dicomFile(dataset(counting), { transferSyntaxUid }))
    expect([...(await storedValues(path)).values]).toEqual(counting)
  })

  it.each(COMPRESSED)('%s by %s %o', async (transferSyntaxUid, name, parameters) => {
    const encoded = await encodeFrame({ rows: 4, columns: 4, bytes: words(counting) }, name, parameters)
    const file = dicomFile(dataset([], { '7FE00010': encapsulated(encoded) }), { transferSyntaxUid })
    const path = folder.write(`d03/${transferSyntaxUid} ${JSON.stringify(parameters)}`, file)
    expect([...(await storedValues(path)).values]).toEqual(counting)
  })

  it.each([
    ['1.2.840.10008.1.2.4.50', 'encodeJpeg', { lossy: true, quality: 95 }, 8],
    // 12 bits of JPEG Extended: the encoder has none, the corpus has.
    ['1.2.840.10008.1.2.4.51', 'encodeJpeg', { lossy: true, quality: 95 }, 8],
    ['1.2.840.10008.1.2.4.81', 'encodeJpegLs', { lossy: true, allowedLossyError: 3 }, 12],
    ['1.2.840.10008.1.2.4.91', 'encodeJpeg2000', { lossy: true, rate: 8 }, 12],
    ['1.2.840.10008.1.2.4.203', 'encodeHtJpeg2000', { lossy: true }, 12],
  ] as const)('%s with loss, %o: close to the original', async (transferSyntaxUid, name, parameters, bits) => {
    // A smooth picture: what lossy codecs are made for.
    const smooth = Array.from({ length: 64 * 64 }, (_, n) => Math.round(2 ** (bits - 1) * (1 + Math.sin(n / 900) / 2)))
    const bytes = bits === 8 ? Uint8Array.from(smooth) : words(smooth)
    const frame = { rows: 64, columns: 64, bytes, bitsAllocated: bits === 8 ? 8 : 16, bitsStored: bits }
    const encoded = await encodeFrame(frame, name, parameters)
    expect(encoded.length).toBeLessThan(bytes.length / 2)
    const depth: TestDataset = {
      ...{ '00280010': ['US', 64], '00280011': ['US', 64], '00280100': ['US', frame.bitsAllocated] },
      ...{ '00280101': ['US', bits], '00280102': ['US', bits - 1], '7FE00010': encapsulated(encoded) },
    }
    const path = folder.write(`lossy/${transferSyntaxUid}`, dicomFile(dataset([], depth), { transferSyntaxUid }))
    const { values } = await storedValues(path)
    const worst = values.reduce((most, value, n) => Math.max(most, Math.abs(value - smooth[n]!)), 0)
    expect(worst).toBeLessThanOrEqual(2 ** bits / 64)
  })

  it('names an unknown syntax and its file, and opens the rest', async () => {
    for (const z of [0, 1, 3, 4])
      folder.write(
        `unknown/${z}`,
        dicomFile(imageDataset({ rows: 4, columns: 4, values: counting, positionLps: [0, 0, z] })),
      )
    const strange = imageDataset({
      ...{ rows: 4, columns: 4, values: [], positionLps: [0, 0, 2] },
      with: { '7FE00010': encapsulated(Uint8Array.of(1, 2, 3, 4)) },
    })
    const path = folder.write('unknown/2', dicomFile(strange, { transferSyntaxUid: '1.2.840.10008.1.2.4.999' }))
    await expect(storedValues(path)).rejects.toMatchObject({
      code: 'unsupported-transfer-syntax',
      message: expect.stringMatching(/unknown\/2 .*1\.2\.840\.10008\.1\.2\.4\.999/) as string,
    })
    const { inspection, sources } = await scanPaths([join(folder.path, 'unknown')])
    expect(inspection.volumes[0]!.warnings.find(({ code }) => code === 'unsupported-transfer-syntax')!.files).toEqual([
      path,
    ])
    const volume = await loadVolume(sources.get(inspection.volumes[0]!.id)!)
    expect(volume.info.size).toEqual([4, 4, 4])
    expect(volume.info.verdict.kind).toBe('gaps')
  })
})

describe('sign and stored bits through codecs (D06)', () => {
  // 12 bits stored of 16; the codestream is written as unsigned whatever PixelRepresentation says, and the other way round.
  const patterns = [0x0f80, 0x0064, 0x07ff, 0x0800, ...Array<number>(12).fill(0)]
  const asSigned = [-128, 100, 2047, -2048, ...Array<number>(12).fill(0)]
  const bits: TestDataset = { '00280101': ['US', 12], '00280102': ['US', 11] }

  it.each([
    ['1.2.840.10008.1.2.4.80', 'encodeJpegLs'],
    ['1.2.840.10008.1.2.4.90', 'encodeJpeg2000'],
    ['1.2.840.10008.1.2.4.201', 'encodeHtJpeg2000'],
    ['1.2.840.10008.1.2.4.70', 'encodeJpeg'],
    ['1.2.840.10008.1.2.5', 'encodeRle'],
  ] as const)('%s', async (transferSyntaxUid, name) => {
    const parameters = name === 'encodeJpeg' ? { lossy: false, predictor: 1 } : {}
    const encoded = await encodeFrame({ rows: 4, columns: 4, bytes: words(patterns), bitsStored: 12 }, name, parameters)
    const write = (representation: number): string =>
      folder.write(
        `d06/${transferSyntaxUid}/${representation}`,
        dicomFile(dataset([], { ...bits, '00280103': ['US', representation], '7FE00010': encapsulated(encoded) }), {
          transferSyntaxUid,
        }),
      )
    expect([...(await storedValues(write(1))).values]).toEqual(asSigned)
    expect([...(await storedValues(write(0))).values]).toEqual(patterns)
  })

  it('JPEG 2000 with a signed codestream', async () => {
    const signed = [-128, 100, 2047, -2048, ...Array<number>(12).fill(0)]
    const frame = { rows: 4, columns: 4, bytes: words(signed), bitsStored: 12, signed: true }
    const encoded = await encodeFrame(frame, 'encodeJpeg2000')
    const write = (representation: number): string =>
      folder.write(
        `d06/signed/${representation}`,
        dicomFile(dataset([], { ...bits, '00280103': ['US', representation], '7FE00010': encapsulated(encoded) }), {
          transferSyntaxUid: '1.2.840.10008.1.2.4.90',
        }),
      )
    expect([...(await storedValues(write(1))).values]).toEqual(signed)
    expect([...(await storedValues(write(0))).values]).toEqual(signed.map(value => value & 0xfff))
  })
})

describe('fragments', () => {
  const transferSyntaxUid = '1.2.840.10008.1.2.4.80'
  const frames = [counting, counting.map(value => value * 100), counting.map(value => value * 7)]
  const encoded = (): Promise<Uint8Array[]> =>
    Promise.all(frames.map(values => encodeFrame({ rows: 4, columns: 4, bytes: words(values) }, 'encodeJpegLs')))
  const halves = (bytes: Uint8Array): Uint8Array[] => {
    const middle = Math.floor(bytes.length / 4) * 2
    return [bytes.subarray(0, middle), bytes.subarray(middle)]
  }
  const write = (name: string, pixels: TestFragments): string =>
    folder.write(
      `fragments/${name}`,
      dicomFile(dataset([], { '00280008': ['IS', '3'], '7FE00010': ['OB', pixels] }), { transferSyntaxUid }),
    )
  const expected = frames.flat()

  it('one a frame, without a table', async () => {
    const path = write('plain', { offsets: [], fragments: await encoded() })
    expect([...(await storedValues(path)).values]).toEqual(expected)
    expect([...(await storedValues(path, 1)).values]).toEqual(frames[1])
  })

  it('several a frame, told apart by the offset table', async () => {
    const fragments = (await encoded()).flatMap(halves)
    const even = (length: number): number => 8 + length + (length % 2)
    const offsets = [0, 2, 4].map(start => fragments.slice(0, start).reduce((sum, part) => sum + even(part.length), 0))
    expect([...(await storedValues(write('table', { offsets, fragments }))).values]).toEqual(expected)
  })

  it('several a frame, told apart by how codestreams start', async () => {
    const fragments = (await encoded()).flatMap(halves)
    expect([...(await storedValues(write('starts', { offsets: [], fragments }))).values]).toEqual(expected)
  })

  it('without end delimiter are all there (D19)', async () => {
    const path = write('open', { offsets: [], fragments: await encoded(), open: true })
    expect([...(await storedValues(path)).values]).toEqual(expected)
  })

  it('cut off are an error that names the file (D19)', async () => {
    const path = write('whole', { offsets: [], fragments: await encoded() })
    const cut = folder.write('fragments/cut', readFileSync(path).subarray(0, -30))
    await expect(storedValues(cut)).rejects.toMatchObject({ code: 'truncated', details: { path: cut } })
  })

  it('with a codestream that is none are an error that names file and syntax', async () => {
    const garbage = Uint8Array.from({ length: 64 }, (_, n) => n)
    const path = write('garbage', { offsets: [], fragments: [garbage, garbage, garbage] })
    await expect(storedValues(path)).rejects.toMatchObject({
      code: 'decode-failed',
      details: { path, transferSyntaxUid },
    })
    const good = write('plain', { offsets: [], fragments: await encoded() })
    expect([...(await storedValues(good)).values]).toEqual(expected)
  })
})
