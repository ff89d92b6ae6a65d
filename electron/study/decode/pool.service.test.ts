import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PixelLayout } from '#common/dicom/pixelLayout'
import { bundledWorker } from '../testing/bundledWorker'
import { encodeFrame } from '../testing/encode'
import { temporaryFolder } from '../testing/temporaryFolder'
import { workerPath } from '../besideBundle'
import { openDecoder, type Decoder } from './pool'

const folder = temporaryFolder()
const layout: PixelLayout = {
  ...{ rows: 32, columns: 32, samples: 1, photometric: 'MONOCHROME2', planar: 0, frames: 1, kind: 'integer' },
  ...{ bitsAllocated: 16, bitsStored: 16, highBit: 15, signed: false },
}
const ramp = (first: number): Uint16Array => Uint16Array.from({ length: 1024 }, (_, n) => first + n)
const encode = (first: number): Promise<Uint8Array> =>
  encodeFrame({ rows: 32, columns: 32, bytes: new Uint8Array(ramp(first).buffer) }, 'encodeJpegLs')
const decode = async (decoder: Decoder, encoded: Uint8Array): Promise<number[]> => {
  const { bytes } = await decoder.decode({ encoded, codec: 'jpeg-ls', layout })
  return [...new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)]
}

describe('the decode pool, its worker bundled as in the app', () => {
  let path = ''
  beforeAll(async () => {
    path = await bundledWorker(folder.path)
  })

  it('finds the bundle beside itself, and decodes in this thread without one', async () => {
    expect(workerPath('decode.cjs', folder.path)).toBe(path)
    expect(workerPath('decode.cjs', join(folder.path, 'chunks'))).toBe(path)
    expect(workerPath('decode.cjs', resolve(import.meta.dirname))).toBeNull()
    const decoder = openDecoder(null)
    expect(await decode(decoder, await encode(7))).toEqual([...ramp(7)])
  })

  it('answers more jobs than it has threads, each with its own frame', async () => {
    const decoder = openDecoder(path)
    const firsts = [0, 100, 200, 300, 400, 500, 600]
    const frames = await Promise.all(firsts.map(async first => decode(decoder, await encode(first))))
    expect(frames).toEqual(firsts.map(first => [...ramp(first)]))
    await decoder.close()
  })

  it('rejects a broken frame and goes on with the next', async () => {
    const decoder = openDecoder(path)
    const broken = decoder.decode({ encoded: Uint8Array.from({ length: 50 }, (_, n) => n), codec: 'jpeg-ls', layout })
    await expect(broken).rejects.toBeInstanceOf(Error)
    expect(await decode(decoder, await encode(3))).toEqual([...ramp(3)])
    await decoder.close()
  })

  it('rejects the frame at which a worker dies, and starts another', async () => {
    const decoder = openDecoder(
      folder.write('dies.cjs', "require('node:worker_threads').parentPort.on('message', () => process.exit(3))"),
    )
    for (const first of [1, 2, 3])
      await expect(decode(decoder, await encode(first))).rejects.toMatchObject({ code: 'decode-failed' })
    await decoder.close()
  })

  it('stops a frame whose decoding does not come to an end, and goes on', async () => {
    const sleeper = folder.write(
      'sleeps.cjs',
      `const { parentPort } = require('node:worker_threads')
       let first = true
       parentPort.on('message', ({ encoded }) => {
         if (first || encoded[0] !== 7) parentPort.postMessage({ frame: { bytes: encoded, planar: 0, photometric: '' } })
         else for (;;);
         first = false
       })`,
    )
    const decoder = openDecoder(sleeper)
    const job = (first: number) =>
      ({ encoded: Uint8Array.of(first), codec: 'rle', layout: { ...layout, rows: 1, columns: 1 } }) as const
    await Promise.all([decoder.decode(job(1)), decoder.decode(job(1))])
    const started = performance.now()
    await expect(decoder.decode(job(7))).rejects.toMatchObject({ code: 'decode-failed' })
    expect(performance.now() - started).toBeLessThan(2000)
    expect((await decoder.decode(job(3))).bytes[0]).toBe(3)
    await decoder.close()
  })
})
