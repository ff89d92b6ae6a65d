// Damaged files by the thousand, from a fixed seed: each gives a result or a typed error, in bounded time and memory.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PixelLayout } from '#common/dicom/pixelLayout'
import { DEFLATED_LE, EXPLICIT_BE, EXPLICIT_LE, IMPLICIT_LE } from '#common/dicom/transferSyntax'
import { volumesOf } from '#common/dicom/volumes'
import { SagittaError } from '#common/errors'
import { openDecoder, type Decoder } from './decode/pool'
import { openSession } from './decode/session'
import { storedFrame } from './decode/stored'
import { readNifti, writeNifti } from './images/nifti'
import type { OpenFile } from './intake/bytes'
import { HEAD_BYTES, readFileKind } from './intake/header'
import { pixelFileOf } from './intake/pixelFile'
import { dicomFile, imageDataset, type TestDataset } from './testing/dicomFile'
import { bundledWorker } from './testing/bundledWorker'
import { encodeFrame, type EncodeName } from './testing/encode'
import { temporaryFolder } from './testing/temporaryFolder'

const HANG_MS = 2000
const MEMORY_MB = 700
const folder = temporaryFolder()

/** mulberry32: the same damage on every machine. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** One to eight changes: bits flipped, bytes set, words made extreme, parts cut out, doubled, or the end cut off. */
function damaged(original: Uint8Array, next: () => number): Uint8Array {
  let bytes = original.slice()
  const below = (limit: number): number => Math.floor(next() * limit)
  for (let changes = 1 + below(8); changes > 0 && bytes.length > 4; changes--) {
    const at = below(bytes.length - 4)
    switch (below(6)) {
      case 0:
        bytes[at]! ^= 1 << below(8)
        break
      case 1:
        bytes[at] = below(256)
        break
      case 2:
        new DataView(bytes.buffer).setUint32(at, [0, 0xffffffff, 0x7fffffff, 0x80000000][below(4)]!, next() < 0.5)
        break
      case 3:
        bytes = bytes.slice(0, at)
        break
      case 4:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + below(64))])
        break
      default:
        bytes = Uint8Array.from([
          ...bytes.subarray(0, at),
          ...bytes.subarray(Math.max(0, at - 64), at),
          ...bytes.subarray(at),
        ])
    }
  }
  return bytes
}

const inMemory = (bytes: Uint8Array): OpenFile => ({
  size: bytes.length,
  readInto(target, position) {
    const part = bytes.subarray(position, position + target.length)
    target.set(part)
    return Promise.resolve(part.length)
  },
})

const rssMb = (): number => process.memoryUsage().rss / 2 ** 20

/** Runs `read` on every damaged input; returns how many were read. Anything but a result or a SagittaError fails the test. */
async function survives(
  inputs: Iterable<Uint8Array>,
  read: (bytes: Uint8Array) => Promise<void>,
): Promise<{ tried: number; fine: number }> {
  let [tried, fine] = [0, 0]
  for (const bytes of inputs) {
    const started = performance.now()
    tried++
    try {
      await read(bytes)
      fine++
    } catch (thrown) {
      if (!(thrown instanceof SagittaError)) throw new Error(`input ${tried} gave an untyped error`, { cause: thrown })
      if (thrown.code === 'internal') throw new Error(`input ${tried} gave an internal error`, { cause: thrown })
    }
    const took = performance.now() - started
    if (took > HANG_MS) throw new Error(`input ${tried} took ${took.toFixed(0)} ms`)
  }
  return { tried, fine }
}

function* damagedCopies(originals: readonly Uint8Array[], count: number, seed: number): Generator<Uint8Array> {
  const next = random(seed)
  for (let n = 0; n < count; n++) yield damaged(originals[n % originals.length]!, next)
}

const values = Array.from({ length: 64 }, (_, n) => n * 40)
const plain = imageDataset({
  ...{ rows: 8, columns: 8, values, positionLps: [1, 2, 3], instanceNumber: 4 },
  with: {
    '00080005': ['CS', 'ISO 2022 IR 100\\ISO 2022 IR 87'],
    '00080008': ['CS', 'ORIGINAL\\PRIMARY\\AXIAL'],
    '00280120': ['US', 9],
    '00281050': ['DS', '40\\300'],
    '00281051': ['DS', '400\\1500'],
    '00281052': ['DS', '-1024'],
    '00281053': ['DS', '1'],
    '00283010': ['SQ', [{ '00283002': ['US', [4, 0, 8]], '00283006': ['US', [0, 10, 200, 255]] }]],
  },
})
const group = (z: number): TestDataset => ({
  '00209113': ['SQ', [{ '00200032': ['DS', `0\\0\\${z}`] }]],
  '00209111': ['SQ', [{ '00209128': ['UL', z] }]],
})
const enhanced: TestDataset = {
  ...imageDataset({ rows: 8, columns: 8, values: [...values, ...values] }),
  '00280008': ['IS', '2'],
  '52009229': ['SQ', [{ '00209116': ['SQ', [{ '00200037': ['DS', '1\\0\\0\\0\\1\\0'] }]] }]],
  '52009230': ['SQ', [group(0), group(1)]],
}
const mosaic: TestDataset = {
  ...plain,
  '00080008': ['CS', 'ORIGINAL\\PRIMARY\\MOSAIC'],
  '00180088': ['DS', '3'],
  '0019100A': ['US', 4],
}

/** A table in segments: runs, a line, a repeat. */
const segments = ['OW', [0, 2, 0, 9, 1, 5, 65280, 2, 2, 0, 0]] as const
const palette: TestDataset = {
  ...imageDataset({ rows: 8, columns: 8, values: values.map(value => value % 14), positionLps: [0, 0, 0] }),
  '00280004': ['CS', 'PALETTE COLOR'],
  ...Object.fromEntries([1, 2, 3].map(n => [`0028110${n}`, ['US', [14, 0, 16]] as const])),
  ...Object.fromEntries([1, 2, 3].map(n => [`0028122${n}`, segments])),
}

describe('damaged headers', () => {
  const originals = [
    ...[EXPLICIT_LE, IMPLICIT_LE, EXPLICIT_BE, DEFLATED_LE].map(transferSyntaxUid =>
      dicomFile(plain, { transferSyntaxUid }),
    ),
    dicomFile(enhanced),
    dicomFile(enhanced, { transferSyntaxUid: IMPLICIT_LE }),
    dicomFile(mosaic),
    dicomFile(palette),
    dicomFile(plain, { transferSyntaxUid: IMPLICIT_LE, form: 'bare' }),
  ].map(file => new Uint8Array(file))

  it('8000 of them: read to volumes and pixels, or refused by name', async () => {
    const scratch = new Uint8Array(HEAD_BYTES)
    const before = rssMb()
    const { tried, fine } = await survives(damagedCopies(originals, 8000, 1), async bytes => {
      const kind = await readFileKind({ path: 'damaged', entry: null }, inMemory(bytes), scratch)
      if (kind.kind !== 'dicom' || !kind.instance.image) return
      const volumes = volumesOf([kind.instance], '.')
      for (const { info } of volumes) expect(info.size.every(n => n > 0)).toBe(true)
    })
    expect(tried).toBe(8000)
    expect(fine).toBeGreaterThan(2000)
    expect(rssMb() - before).toBeLessThan(MEMORY_MB)
  })

  it('1000 files: pixels of what was believed', async () => {
    const before = rssMb()
    const scratch = new Uint8Array(HEAD_BYTES)
    const { tried } = await survives(damagedCopies(originals, 1000, 2), async bytes => {
      const path = folder.write('damaged.dcm', bytes)
      const kind = await readFileKind({ path, entry: null }, inMemory(bytes), scratch)
      if (kind.kind !== 'dicom' || !kind.instance.image) return
      const pixels = pixelFileOf(kind.instance, kind.instance.image)
      const session = openSession(openDecoder(null))
      try {
        await storedFrame(pixels, 0, session)
      } finally {
        await session.close()
      }
    })
    expect(tried).toBe(1000)
    expect(rssMb() - before).toBeLessThan(MEMORY_MB)
  })
})

describe('damaged codestreams, decoded in workers as in the app', () => {
  let decoder: Decoder
  beforeAll(async () => {
    decoder = openDecoder(await bundledWorker(folder.path))
    // Starting a thread takes its time once; the limit is for decoding.
    await Promise.all(
      [1, 2].map(async () =>
        decoder.decode({
          encoded: await encodeFrame({ rows: 32, columns: 32, bytes }, 'encodeRle'),
          codec: 'rle',
          layout,
        }),
      ),
    )
  })
  afterAll(() => decoder.close())

  const layout: PixelLayout = {
    ...{ rows: 32, columns: 32, samples: 1, photometric: 'MONOCHROME2', planar: 0, frames: 1, kind: 'integer' },
    ...{ bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: false },
  }
  const bytes = new Uint8Array(Uint16Array.from({ length: 1024 }, (_, n) => (n * 2654435761) >>> 22).buffer)
  const codecs: [
    codec: 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg2000' | 'htj2k',
    encode: EncodeName,
    parameters: Record<string, unknown>,
  ][] = [
    ['rle', 'encodeRle', {}],
    ['jpeg', 'encodeJpeg', { lossy: false, predictor: 1 }],
    ['jpeg-ls', 'encodeJpegLs', {}],
    ['jpeg2000', 'encodeJpeg2000', {}],
    ['htj2k', 'encodeHtJpeg2000', {}],
  ]

  it.each(codecs)('200 of %s', async (codec, name, parameters) => {
    const original = await encodeFrame({ rows: 32, columns: 32, bytes }, name, parameters)
    const before = rssMb()
    let failed = 0
    for (const encoded of damagedCopies([original], 200, 3)) {
      const started = performance.now()
      try {
        const frame = await decoder.decode({ encoded, codec, layout })
        expect(frame.bytes.length).toBe(2048)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Error)
        failed++
      }
      expect(performance.now() - started).toBeLessThan(HANG_MS)
    }
    expect(failed).toBeGreaterThan(10)
    expect(rssMb() - before).toBeLessThan(MEMORY_MB)
    expect((await decoder.decode({ encoded: original, codec, layout })).bytes).toEqual(bytes)
  })
})

describe('damaged NIfTI files', () => {
  it('300 of them', async () => {
    const data = Int16Array.from({ length: 60 }, (_, n) => n)
    const affineLps = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]
    const path = `${folder.path}/a.nii`
    await writeNifti(path, { size: [5, 4, 3], affineLps, data })
    const original = new Uint8Array(readFileSync(path))
    const { tried } = await survives(damagedCopies([original], 300, 4), async bytes => {
      await readNifti(folder.write('damaged.nii', bytes))
    })
    expect(tried).toBe(300)
  })
})
