// @vitest-environment happy-dom
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import { latentTrainConfigSchema } from '#common/latent/trainConfig'
import { keptRow } from '#common/metrics/keptRow'
import { autoencoderConfigSchema } from '#models/architectures/autoencoderConfig'
import { vaeConfigSchema } from '#models/architectures/vaeConfig'
import { autoencoderLossSchema, vaeLossSchema } from '#models/losses/latentConfig'
import { createFakeApi, fakeCodeRow } from '../../api/fake'
import { inApp, until, withStores, type Fake } from '../../testing/stores'
import { useNotices, useProject } from '../../stores'
import { activeChart, hasCollapsed, isVae, secondTerm, termChart } from './codeChart'
import { ACTIVATIONS, chosen, configOf, imageCount, type CodeCase, type CodeChanges } from './codeChoice'
import { useCodeDraft } from './codeDraft'
import { codeRows, parsedWidths } from './codeRows'
import { useTrainKind, type CodeKind } from './kind'
import { stepShare, useLiveRun } from './live'
import { useRuns } from './runs'
import { SAME_SCAN } from './sameScan'

const oneCase = (part: Partial<CodeCase> = {}): CodeCase => ({
  ...{ volumeId: 'a', patient: 'A', labelled: false, ct: true, size: [256, 256, 96] },
  ...part,
})
const labels = [{ value: 2, name: 'Lesion' }]

describe('what is chosen from the data', () => {
  it('gives a newcomer a small VAE of whole CT slices in the soft-tissue window', () => {
    const cases = [oneCase(), oneCase({ volumeId: 'b', patient: 'B' })]
    const config = configOf('vae', 'first', cases, labels, chosen('vae', cases, {}), 'patient')
    expect(config).toMatchObject({
      ...{ task: 'vae', name: 'first', scale: { low: -160, high: 240 }, batch: 16 },
      dataset: { unit: 'slices', size: [64, 64], crop: { above: -500 }, keep: 'all', classes: [] },
      model: { latent: 16, network: { kind: 'dense', widths: [256] } },
      loss: { beta: 1 },
    })
    expect(config.split).not.toHaveProperty('mode')
  })

  it('knows no window and no body where values are not HU', () => {
    expect(chosen('vae', [oneCase({ ct: false })], {})).toMatchObject({ window: null, crop: false })
  })

  it('reads labels only to choose images by them, and only of cases that have some', () => {
    const cases = [oneCase({ labelled: true }), oneCase({ volumeId: 'b' })]
    const choice = chosen('vae', cases, { keep: 'free', keepBy: 2 })
    expect(configOf('vae', '', cases, labels, choice, 'patient').dataset).toMatchObject({
      ...{ cases: [{ image: 'a', labels: 'a' }], keep: 'free', keepBy: [2], classes: labels },
    })
  })

  it('counts slices, and patches that lie wholly inside', () => {
    expect(imageCount([oneCase()], { unit: 'slices', size: 64, step: 64 })).toBe(96)
    expect(imageCount([oneCase()], { unit: 'patches', size: 64, step: 32 })).toBe(96 * 7 * 7)
  })

  it('trains fewer epochs of more images', () => {
    const epochs = (slices: number) => chosen('vae', [oneCase({ size: [64, 64, slices] })], {}).epochs
    expect(epochs(100)).toBeGreaterThan(epochs(800))
    expect(epochs(100_000)).toBeGreaterThanOrEqual(20)
  })

  it('keeps sparse codes from shrinking, and gives units of a rate a range from 0 to 1', () => {
    const model = (changes: CodeChanges) =>
      configOf('autoencoder', '', [oneCase()], [], chosen('autoencoder', [oneCase()], changes), 'patient').model
    expect(model({ sparsity: 'l1' })).toMatchObject({ unitNormDecoder: true, codeActivation: 'relu' })
    expect(model({ sparsity: 'l1', tied: true })).toMatchObject({ unitNormDecoder: false })
    expect(model({ sparsity: 'rate' })).toMatchObject({ codeActivation: 'sigmoid' })
  })

  it('layer by layer is dense, whatever the network was before', () => {
    const changes = { layerwise: true, network: 'convolutional' } as const
    const config = configOf('autoencoder', '', [oneCase()], [], chosen('autoencoder', [oneCase()], changes), 'patient')
    expect(config).toMatchObject({ task: 'layerwise', model: { kind: 'dense', widths: [256, 16] } })
    expect(chosen('vae', [oneCase()], changes).layerwise).toBe(false)
  })

  it('every choice makes a config that the trainer’s own schemas take', () => {
    const changes: fc.Arbitrary<CodeChanges> = fc.record(
      {
        network: fc.constantFrom('dense', 'convolutional'),
        activation: fc.constantFrom(...ACTIVATIONS),
        sparsity: fc.constantFrom('none', 'l1', 'rate'),
        denoising: fc.constantFrom('none', 'gaussian', 'mask'),
        likelihood: fc.constantFrom('gaussian', 'bernoulli'),
        covariance: fc.constantFrom('diagonal', 'full'),
        unit: fc.constantFrom('slices', 'patches'),
        connections: fc.constantFrom(1, 0.1),
        connectionsBy: fc.constantFrom('draw', 'pruning'),
        ...{ tied: fc.boolean(), layerwise: fc.boolean(), crop: fc.boolean() },
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.constantFrom<CodeKind>('autoencoder', 'vae'), changes, (kind, changed) => {
        const choice = chosen(kind, [oneCase()], changed)
        const config = latentTrainConfigSchema.parse(configOf(kind, '', [oneCase()], [], choice, 'patient'))
        const shape = [1, choice.size, choice.size]
        if (kind === 'vae') {
          vaeConfigSchema.parse({ ...config.model, shape })
          vaeLossSchema.parse(config.loss)
        } else {
          autoencoderConfigSchema.parse({ ...config.model, shape })
          autoencoderLossSchema.parse(config.loss)
        }
      }),
    )
  })
})

describe('settings as rows', () => {
  it('show what belongs to the kind, and what a person changed', () => {
    const keys = (kind: CodeKind, changes: CodeChanges = {}) =>
      codeRows(kind, chosen(kind, [oneCase()], changes), changes, { images: 96, encoders: [] }).map(({ key }) => key)
    expect(keys('vae')).toEqual(expect.arrayContaining(['beta', 'freeBits', 'covariance', 'widths']))
    expect(keys('vae')).not.toContain('sparsity')
    expect(keys('vae', { network: 'convolutional' })).toEqual(expect.arrayContaining(['depth', 'width']))
    expect(keys('autoencoder')).not.toContain('activationL1')
    expect(keys('autoencoder', { sparsity: 'rate' })).toEqual(expect.arrayContaining(['rateTarget', 'rateWeight']))
    expect(keys('autoencoder', { layerwise: true })).toContain('layerEpochs')
    const changes = { units: 8 }
    const units = codeRows('vae', chosen('vae', [], changes), changes, { images: 0, encoders: [] }).find(
      ({ key }) => key === 'units',
    )
    expect(units).toMatchObject({ value: '8 units', yours: true })
  })

  it('count the connections that a dense network keeps', () => {
    const row = (key: string, changes: CodeChanges) =>
      codeRows('autoencoder', chosen('autoencoder', [oneCase()], changes), changes, { images: 96, encoders: [] }).find(
        one => one.key === key,
      )
    const plain = (text: string | undefined) => text?.replaceAll('\u202f', '')
    // 4096-256-16 there and back.
    expect(plain(row('connections', {})?.reason)).toContain('2105344 weights')
    expect(row('connectionsBy', {})).toBeUndefined()
    const tenth = { connections: 0.1, tied: true }
    expect(row('connections', tenth)?.value).toBe('10 %')
    expect(plain(row('connections', tenth)?.reason)).toContain('105267 of 1052672 weights')
    expect(row('connectionsBy', tenth)?.value).toBe('pruning, while it trains')
    expect(row('connections', { network: 'convolutional' })).toBeUndefined()
  })

  it('widths are whole numbers from 1 on', () => {
    expect(parsedWidths('400, 100')).toEqual([400, 100])
    for (const text of ['', '0', '4.5', 'many', '-3', '1e9']) expect(parsedWidths(text)).toBeNull()
  })
})

describe('curves of codes', () => {
  it('show both terms, active units, and the epoch that is kept', () => {
    const rows = [fakeCodeRow(1, 'vae', 4), fakeCodeRow(2, 'vae', 4)]
    expect(isVae(rows)).toBe(true)
    expect(termChart(rows, 'kl').lines.map(({ name, values }) => [name, values.length])).toEqual([
      ['train', 2],
      ['validation', 2],
    ])
    expect(activeChart(rows).lines[0]!.values).toEqual([3, 3])
    expect(keptRow(rows)?.epoch).toBe(2)
    expect(keptRow([])).toBeNull()
  })

  it('the second term is the divergence, a penalty that is not 0, or nothing', () => {
    expect(secondTerm([fakeCodeRow(1, 'vae', 4)])).toBe('kl')
    const plain = fakeCodeRow(1, 'autoencoder', 4)
    expect(secondTerm([plain])).toBeNull()
    const sparse = { ...plain, train: { ...plain.train, sparsity: 2 } }
    expect(secondTerm([sparse])).toBe('sparsity')
  })

  it('a code that says nothing for five epochs has collapsed; a plain autoencoder never has', () => {
    const silent = Array.from({ length: 5 }, (_, at) => fakeCodeRow(at + 1, 'vae', 4, 4))
    expect(hasCollapsed(silent)).toBe(true)
    expect(hasCollapsed(silent.slice(1))).toBe(false)
    expect(hasCollapsed([...silent, fakeCodeRow(6, 'vae', 4, 1)])).toBe(false)
    expect(hasCollapsed(silent.map((_, at) => fakeCodeRow(at + 1, 'autoencoder', 4, 4)))).toBe(false)
  })
})

async function open(patients: number, kind: CodeKind, change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  const { world } = fake
  world.project = {
    ...world.newProject('/projects/abdomen', 'Abdomen', false),
    sources: world.volumes.slice(0, patients).map(({ info }) => ({
      ...{ volumeId: info.id, path: info.source, status: 'here', info, labelled: false },
    })),
  }
  change(fake)
  const stores = inApp(withStores(fake), () => ({
    ...{ kind: useTrainKind(), draft: useCodeDraft(), live: useLiveRun(), runs: useRuns() },
    ...{ project: useProject(), notices: useNotices() },
  }))
  stores.kind.kind = kind
  await stores.project.load()
  await stores.draft.makePlan()
  return { ...fake, ...stores }
}

describe('setting up a run of codes', () => {
  it('takes every series, labelled or not, and splits by patient as soon as there are two', async () => {
    const { draft } = await open(3, 'vae')
    expect(draft.cases).toHaveLength(3)
    expect(draft.splitMode).toBe('patient')
    expect(draft.plan?.images).toMatchObject({ train: 16, validation: 8 })
    expect(draft.ready).toBe(true)
  })

  it('with one patient it splits within the scan; by patient is refused in words', async () => {
    const { draft } = await open(1, 'vae')
    expect(draft.splitMode).toBe('within-study')
    draft.change({ batch: 4 })
    await draft.makePlan()
    expect(draft.ready).toBe(true)
    draft.splitMode = 'patient'
    await draft.makePlan()
    expect(draft.ready).toMatch(/one patient .* split within the scan/)
  })

  it('refuses a code larger than the image, and goes back with one click', async () => {
    const { draft } = await open(2, 'vae')
    draft.change({ units: 5000, batch: 4 })
    await draft.makePlan()
    expect(draft.ready).toMatch(/5000 units .* 4096 values/)
    draft.undo('units')
    await draft.makePlan()
    expect(draft.ready).toBe(true)
    expect(draft.choice.units).toBe(16)
  })

  it('speaks of patients, not of the ids of volumes', async () => {
    const { draft, world } = await open(2, 'vae')
    const { id } = world.volumes[0]!.info
    expect(draft.inWords(`${id} holds one image.`)).toBe('Anna Phantom holds one image.')
  })

  it('says what is missing, and why no plan could be made', async () => {
    const { draft } = await open(0, 'vae')
    expect(draft.ready).toBe('the project has no series that can be read.')
    const failing = await open(2, 'vae', ({ world }) =>
      world.fail('latent.plan', new SagittaError('disk-full', 'Full.')),
    )
    expect(failing.draft.ready).toBe('Full.')
  })

  it('a newer plan takes the place of one that is still being made', async () => {
    const { draft } = await open(2, 'vae')
    draft.change({ batch: 4 })
    const first = draft.makePlan()
    draft.change({ size: 32 })
    await Promise.all([first, draft.makePlan()])
    expect(draft.plan?.images.shape).toEqual([1, 32, 32])
    expect(draft.error).toBeNull()
  })
})

describe('a run of codes', () => {
  it('fills both curves while it trains, and ends in the table beside the others', async () => {
    const { draft, live, runs, notices } = await open(3, 'vae')
    draft.change({ epochs: 4 })
    await draft.makePlan()
    const running = live.start()
    await until(() => live.run !== null && live.run.rows.length >= 2)
    expect(runs.kind).toBe('vae')
    expect(runs.caveat).toBeNull()
    await running
    expect(live.run?.state).toBe('done')
    await until(() => runs.shown?.state === 'done')
    expect(runs.shown).toMatchObject({ task: 'vae', best: { dice: null }, pca: { components: 16 } })
    expect(notices.shown.at(-1)?.sub).toMatch(/^Loss [\d.]+ at epoch 4/)
  })

  it('layer by layer keeps a curve per layer, and its share never goes back', async () => {
    const { draft, live, runs } = await open(3, 'autoencoder')
    draft.change({ layerwise: true, layerEpochs: 2, epochs: 3 })
    await draft.makePlan()
    const shares: number[] = []
    const running = live.start()
    await until(() => {
      shares.push(live.job?.progress.share ?? 0)
      return live.run?.state === 'done'
    })
    await running
    expect(live.run?.stages.map(({ stage, rows }) => [stage, rows.length])).toEqual([
      ['layer-1', 2],
      ['layer-2', 2],
    ])
    expect(live.run?.rows).toHaveLength(3)
    await until(() => runs.shown?.task === 'layerwise')
    live.run = null
    await until(() => runs.stages.length === 2 && runs.rows.length === 3)
  })

  it('says "same scan" with every figure of a run within one scan', async () => {
    const { draft, live, runs } = await open(1, 'vae')
    draft.change({ batch: 4, epochs: 2 })
    await draft.makePlan()
    await live.start()
    expect(runs.caveat).toBe(SAME_SCAN)
  })

  it('is stopped and keeps what it has', async () => {
    const { live, draft } = await open(2, 'vae')
    draft.change({ batch: 4 })
    await draft.makePlan()
    const running = live.start()
    await until(() => live.run !== null && live.run.rows.length >= 1)
    live.stop()
    await running
    expect(live.run?.state).toBe('stopped')
  })

  it('that was stopped goes on where it was, with its curve so far', async () => {
    const { live, draft, runs } = await open(2, 'vae')
    draft.change({ batch: 4, epochs: 4 })
    await draft.makePlan()
    const running = live.start()
    await until(() => live.run !== null && live.run.rows.length >= 2)
    live.stop()
    await running
    await until(() => runs.shown?.resumable === true)
    const resumed = runs.resume()
    await until(() => live.isRunning && runs.isLive)
    expect(live.run).toMatchObject({ kind: 'vae', epochs: 4, layers: null })
    expect(runs.kind).toBe('vae')
    await resumed
    expect(runs.rows.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    await until(() => runs.list.length === 1 && runs.list[0]?.state === 'done')
  })

  it('that was stopped among its layers goes on in that layer, and its share counts all of them', async () => {
    const { live, draft, runs } = await open(3, 'autoencoder')
    draft.change({ layerwise: true, layerEpochs: 3, epochs: 2 })
    await draft.makePlan()
    const running = live.start()
    await until(() => (live.run?.stages[1]?.rows.length ?? 0) >= 1)
    live.stop()
    await running
    await until(() => runs.shown?.resumable === true && runs.stages.length === 2)
    const resumed = runs.resume()
    await until(() => live.run?.step != null)
    expect(live.run?.layers).toEqual({ count: 2, epochs: 3, wholeEpochs: 2 })
    expect(live.job?.progress.share).toBeGreaterThan(0.3)
    await resumed
    expect(live.run?.stages.map(({ rows }) => rows.map(({ epoch }) => epoch))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(live.run?.rows).toHaveLength(2)
  })
})

describe('share of a layerwise run', () => {
  const step = { kind: 'step', stepsPerEpoch: 10, loss: 1, stepMs: 1, waitMs: 0, secondsLeft: null, rssMb: 1 } as const
  const layers = { count: 3, epochs: 10, wholeEpochs: 30 }
  it('counts the epochs of the layers before, and of the whole after', () => {
    expect(stepShare({ ...step, epoch: 1, epochs: 10, step: 0, stage: 'layer-1' }, layers)).toBe(0)
    expect(stepShare({ ...step, epoch: 6, epochs: 10, step: 0, stage: 'layer-2' }, layers)).toBe(0.25)
    expect(stepShare({ ...step, epoch: 1, epochs: 30, step: 0 }, layers)).toBe(0.5)
    expect(stepShare({ ...step, epoch: 30, epochs: 30, step: 10 }, layers)).toBe(1)
  })
})
