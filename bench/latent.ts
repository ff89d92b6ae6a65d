// Bench of the latent workspace: decoding, neighbours, components, encoding over a message port as the app has it; the map in the real app.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Client } from '#common/ipc/contract'
import { latentEngineContract } from '#common/ipc/latent'
import { Connection, serve, service, type Port } from '#common/ipc/rpc'
import { imageSourceSchema, type ImageSourceConfig } from '#common/latent/imageSource'
import { nearest } from '#common/latent/neighbours'
import { fitPca, rowsOf } from '#common/latent/pca'
import { latentTrainConfigSchema } from '#common/latent/trainConfig'
import { latentHandlers, LatentStudio, normals, trainLatentRun } from '#compute/index'
import { scatter } from './_scatter'
import { rounded, summary } from './_statistics'
import type { Launcher } from './_window'

const SIZE = 128
const SLICES = 1000
const CODES = { count: 50_000, units: 64 }
const REPEATS = 15

const portOf = (port: MessagePort): Port => ({
  post: message => port.postMessage(message),
  onMessage: listener => void port.on('message', listener),
  onClose: listener => void port.on('close', listener),
})

/** `--no-window` leaves the map out, `--only-window` everything else. */
export async function main(argv: readonly string[], context: { launcher: () => Promise<Launcher> }): Promise<object> {
  return {
    ...(argv.includes('--only-window') ? {} : await services()),
    ...(argv.includes('--no-window') ? {} : { scatter: await inWindow(await context.launcher()) }),
  }
}

async function inWindow(launcher: Launcher): Promise<object> {
  try {
    return await scatter(launcher)
  } finally {
    launcher.stop()
  }
}

async function services(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'sagitta-bench-'))
  const studio = new LatentStudio()
  const { port1, port2 } = new MessageChannel()
  try {
    const source = imagesIn(folder)
    const model = await trainedIn(folder, source)
    serve(portOf(port2), [service(latentEngineContract, latentHandlers(studio))])
    const latent = new Connection(portOf(port1), 'The compute service').client(latentEngineContract)
    return { size: SIZE, ...(await decoding(latent, model)), ...(await encoding(latent, model, source)), ...onCodes() }
  } finally {
    await studio.release()
    port1.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Smooth blobs, as bytes in an IDX file: what they show does not matter here. */
function imagesIn(folder: string): ImageSourceConfig {
  const header = new Uint8Array(16)
  header.set([0, 0, 8, 3])
  const view = new DataView(header.buffer)
  ;[SLICES, SIZE, SIZE].forEach((size, axis) => view.setUint32(4 + 4 * axis, size))
  const pixels = new Uint8Array(SLICES * SIZE * SIZE)
  for (let n = 0; n < SLICES; n++)
    for (let p = 0; p < SIZE * SIZE; p++) {
      const distance = Math.hypot((p % SIZE) - (n % SIZE), Math.floor(p / SIZE) - ((7 * n) % SIZE))
      pixels[n * SIZE * SIZE + p] = 255 * Math.exp(-distance / 30)
    }
  const images = join(folder, 'slices-idx3-ubyte')
  writeFileSync(images, Buffer.concat([header, pixels]))
  return imageSourceSchema.parse({ kind: 'idx', images })
}

/** One epoch of a few images: weights of any kind take the same time. */
async function trainedIn(folder: string, source: ImageSourceConfig): Promise<string> {
  const config = latentTrainConfigSchema.parse({
    ...{ task: 'vae', dataset: { ...source, select: { atMost: 40 } }, epochs: 1, batch: 8, provider: 'cpu' },
    model: { latent: 32, network: { kind: 'convolutional', width: 16, depth: 4 } },
  })
  const { model } = await trainLatentRun({
    ...{ config, folder: join(folder, 'run'), signal: new AbortController().signal },
    report: () => undefined,
  })
  return model
}

type Latent = Client<typeof latentEngineContract>

async function decoding(latent: Latent, model: string): Promise<object> {
  const { units } = await latent.open({ model })
  const point = new Float32Array(units)
  const hover = await times(() => latent.decode({ model, points: point }))
  const grid = await times(() => latent.manifold({ model, point, units: [0, 1], size: 9, spacing: 'even' }))
  return { hoverDecodeMs: summary(hover), grid9x9Ms: summary(grid) }
}

async function encoding(latent: Latent, model: string, source: ImageSourceConfig): Promise<object> {
  const started = performance.now()
  await latent.encode({ model, source, headers: [] }).done
  return { encode1000Seconds: rounded((performance.now() - started) / 1000) }
}

function onCodes(): object {
  const { count, units } = CODES
  const codes = normals(1, 'bench', count * units)
  const neighbourMs: number[] = []
  for (let n = 0; n < REPEATS; n++) {
    const started = performance.now()
    nearest(codes, units, codes.slice(n * units, (n + 1) * units), 20, n)
    if (n > 1) neighbourMs.push(performance.now() - started)
  }
  const started = performance.now()
  fitPca(rowsOf(codes, units))
  return {
    codes: CODES,
    neighboursMs: summary(neighbourMs),
    pcaSeconds: rounded((performance.now() - started) / 1000),
  }
}

/** The first two are left out: sessions are opened, arenas grow. */
async function times(work: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = []
  for (let n = 0; n < REPEATS; n++) {
    const started = performance.now()
    await work()
    if (n > 1) found.push(performance.now() - started)
  }
  return found
}
