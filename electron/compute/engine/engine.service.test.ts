import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineContract, runContract } from '#common/ipc/engine'
import { processPort } from '#common/ipc/ports'
import { Connection, serve, service, type Service } from '#common/ipc/rpc'
import { KeptReports } from '../providers/keptReports'
import { builtProviders } from '../providers/selfTest'
import { TestedProviders } from '../providers/tested'
import { tinyCases, tinyConfig } from '../testing/tinyCases'
import { FOREIGN_CARD, foreignModel } from '../testing/foreignModel'
import { tinyImage, tinyModel } from '../testing/tinyModel'
import { engineHandlers } from './engineHandlers'
import { runHandlers } from './runHandlers'

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-engine-'))))
afterAll(() => rm(root, { recursive: true }))

/** Both ends of a port, as main and the compute process have them. */
function connect(served: Service) {
  const { port1, port2 } = new MessageChannel()
  const wrap = (port: typeof port1) =>
    processPort({
      postMessage: message => port.postMessage(message),
      on: (event: string, listener: (event: { data: unknown }) => void) =>
        port.on(event, (data: unknown) => listener({ data })),
      start: () => port.start(),
    })
  serve(wrap(port1), [served])
  return { connection: new Connection(wrap(port2), 'The compute service'), close: () => port2.close() }
}

describe('the engine over a port', () => {
  it('answers cards and segments with progress', async () => {
    const { connection, close } = connect(service(engineContract, engineHandlers()))
    const engine = connection.client(engineContract)
    const model = await tinyModel(join(root, 'model.onnx'))
    const { card, preprocessing } = await engine.card({ path: model, origin: 'imported' })
    expect(card).toMatchObject({ name: 'tiny', origin: 'imported', path: model })
    const image = { size: [8, 8, 5] as [number, number, number], slice: (k: number) => new Float32Array(64).fill(k) }
    const header = await tinyImage(join(root, 'images'), 'scan', image, preprocessing!)
    const job = engine.segment({ model, header, out: join(root, 'labels.u16') })
    const progress: number[] = []
    job.onProgress(({ done, total }) => progress.push(done / total))
    expect(await job.done).toMatchObject({ provider: 'cpu', labels: card.labels })
    expect(progress.at(-1)).toBe(1)
    await expect(engine.card({ path: join(root, 'none.onnx'), origin: 'run' })).rejects.toMatchObject({
      code: 'not-found',
    })
    close()
  })

  it('takes in a model made elsewhere, and passes on what its card lacks', async () => {
    const { connection, close } = connect(service(engineContract, engineHandlers()))
    const engine = connection.client(engineContract)
    const file = await foreignModel(join(root, 'foreign.onnx'))
    const out = join(root, 'imported', 'foreign.onnx')
    await expect(engine.import({ file, card: null, out })).rejects.toMatchObject({
      code: 'config-invalid',
      details: { missing: expect.arrayContaining(['spacingMm']) as string[] },
    })
    const { card } = await engine.import({ file, card: FOREIGN_CARD, out })
    expect(card).toMatchObject({ path: out, name: 'Left', origin: 'imported' })
    expect((await engine.card({ path: out, origin: 'imported' })).card).toEqual(card)
    close()
  })

  it('reads cards that are asked for meanwhile before it goes on testing processors', async () => {
    const { connection, close } = connect(service(engineContract, engineHandlers()))
    const engine = connection.client(engineContract)
    const path = await tinyModel(join(root, 'meanwhile.onnx'))
    const happened: string[] = []
    const card = engine.card({ path, origin: 'imported' }).then(() => happened.push('card'))
    const job = engine.providers({})
    job.onProgress(({ testing }) => happened.push(testing))
    await Promise.all([card, job.done])
    expect(happened).toEqual(['card', ...builtProviders()])
    close()
  })

  it('segments on another processor when the one of an earlier start is gone', async () => {
    const file = join(root, 'processors.json')
    const tested = await new TestedProviders(null, new KeptReports(file)).test()
    const gone = tested.find(({ usable }) => !usable)?.name
    if (!gone) return console.warn('Skipped: every processor of this build can be used here.')
    const kept = JSON.parse(await readFile(file, 'utf8')) as { reports: typeof tested }
    kept.reports = kept.reports.map(report => ({ ...report, usable: true, chosen: report.name === gone }))
    await writeFile(file, JSON.stringify(kept))
    const providers = new TestedProviders(null, new KeptReports(file))
    expect(await providers.choose('auto')).toMatchObject({ provider: gone })

    const { connection, close } = connect(service(engineContract, engineHandlers(providers)))
    const engine = connection.client(engineContract)
    const model = await tinyModel(join(root, 'elsewhere.onnx'))
    const { preprocessing } = await engine.card({ path: model, origin: 'imported' })
    const image = { size: [8, 8, 5] as [number, number, number], slice: (k: number) => new Float32Array(64).fill(k) }
    const header = await tinyImage(join(root, 'images'), 'elsewhere', image, preprocessing!)
    const made = await engine.segment({ model, header, out: join(root, 'elsewhere.u16') }).done
    expect(tested.filter(({ usable }) => usable).map(({ name }) => name)).toContain(made.provider)
    expect(await new KeptReports(file).load()).toContainEqual(expect.objectContaining({ name: gone, usable: false }))
    close()
  })

  it('trains in one process, tells progress, stops when told and writes a checkpoint on request', async () => {
    const { connection, close } = connect(service(runContract, runHandlers()))
    const run = connection.client(runContract)
    const headers = await tinyCases(join(root, 'cache'))
    const job = run.train({ config: tinyConfig({ epochs: 1000 }), headers, folder: join(root, 'run') })
    const kinds = new Set<string>()
    const asked: Promise<unknown>[] = []
    job.onProgress(progress => {
      kinds.add(progress.kind)
      if (progress.kind !== 'epoch') return
      if (asked.length === 0) asked.push(run.checkpoint({}).then(() => job.cancel()))
    })
    expect(await job.done).toMatchObject({ state: 'stopped' })
    await Promise.all(asked)
    expect([...kinds].sort()).toEqual(['epoch', 'stage', 'step'])
    await expect(
      run.train({ config: tinyConfig({ model: { depth: 'deep' } }), headers, folder: join(root, 'odd') }).done,
    ).rejects.toMatchObject({ code: 'config-invalid' })
    close()
  })
})
