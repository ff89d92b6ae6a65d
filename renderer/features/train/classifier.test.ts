// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import { latentTrainConfigSchema } from '#common/latent/trainConfig'
import { autoencoderConfigSchema } from '#models/architectures/autoencoderConfig'
import { createFakeApi, fakeClassRow, FAKE_LABELS, latentModel } from '../../api/fake'
import { inApp, until, withStores, type Fake } from '../../testing/stores'
import { useProject } from '../../stores'
import { accuracyChart, classesJudged, confusionTable } from './classifierChart'
import { chosen, configOf, type CodeCase, type CodeChanges } from './codeChoice'
import { useCodeDraft } from './codeDraft'
import { codeRows } from './codeRows'
import { RANDOM, unfitting, type Encoder } from './encoderChoice'
import { useTrainKind } from './kind'
import { useLiveRun } from './live'
import { useRuns } from './runs'

const oneCase = (part: Partial<CodeCase> = {}): CodeCase => ({
  ...{ volumeId: 'a', patient: 'A', labelled: true, ct: true, size: [256, 256, 96] },
  ...part,
})
const labels = [
  { value: 2, name: 'Lesion' },
  { value: 7, name: 'Vessel' },
]
const encoder: Encoder = {
  ...{ run: '20240314-100000', name: 'Patches, VAE' },
  facts: {
    ...{ shape: [1, 24, 24], units: 6, scale: { low: -100, high: 300 } },
    preparation: { kind: 'studies', unit: 'patches', fit: 'resize', step: 24, crop: { above: -500 }, colour: 'grey' },
  },
}
const given = { encoder, labels: 2 }

describe('a classifier on the encoder of a run', () => {
  const cases = [oneCase(), oneCase({ volumeId: 'b', patient: 'B' }), oneCase({ volumeId: 'c', labelled: false })]
  const config = (changes: CodeChanges = {}, from: { encoder: Encoder | null; labels: number } = given) =>
    latentTrainConfigSchema.parse(
      configOf('classifier', 'c', cases, labels, chosen('classifier', cases, changes, from), 'patient'),
    )

  it('takes images as the encoder’s own were, whatever was chosen before, and learns the pixel in the middle', () => {
    expect(config({ unit: 'slices', size: 128, window: null, crop: false })).toMatchObject({
      ...{ task: 'classifier', scale: { low: -100, high: 300 } },
      dataset: { unit: 'patches', size: [24, 24], step: 12, crop: { above: -500 }, labelBy: 'centre', keep: 'all' },
      classifier: { encoder: '../20240314-100000', frozen: false, balanced: true, perClass: null },
    })
  })

  it('reads the labels of the cases that have some', () => {
    const { dataset } = config()
    expect(dataset).toMatchObject({ classes: labels, cases: [{ labels: 'a' }, { labels: 'b' }] })
  })

  it('with few labels takes small batches and more epochs', () => {
    const few = config({ perClass: 10 })
    expect(few).toMatchObject({ classifier: { perClass: 10 }, batch: 15 })
    expect(few.epochs).toBeGreaterThan(config().epochs)
  })

  it('starts at random with a network of its own, which nothing keeps frozen', () => {
    const random = config({ frozen: true, sparsity: 'l1', tied: true }, { encoder: null, labels: 2 })
    expect(random.classifier).toMatchObject({ encoder: null, frozen: false })
    expect(autoencoderConfigSchema.parse({ ...random.model, shape: [1, 64, 64] })).toMatchObject({
      ...{ kind: 'dense', widths: [256, 16], tied: false },
    })
    expect(random.dataset).toMatchObject({ unit: 'slices', size: [64, 64] })
  })

  it('has rows of its own, and those of the network only where it starts at random', () => {
    const rows = (from: { encoder: Encoder | null; labels: number }) =>
      codeRows(
        'classifier',
        chosen('classifier', cases, {}, from),
        {},
        {
          images: 9,
          encoders: [{ value: encoder.run, text: encoder.name, sub: 'VAE' }],
        },
      )
    expect(rows(given)[0]).toMatchObject({ key: 'encoder', value: 'Patches, VAE' })
    expect(rows(given).map(({ key }) => key)).not.toContain('widths')
    expect(rows(given).map(({ key }) => key)).toContain('frozen')
    const random = rows({ encoder: null, labels: 2 }).map(({ key }) => key)
    expect(random).toEqual(expect.arrayContaining(['widths', 'units', 'activation']))
    for (const key of ['frozen', 'overcomplete', 'sparsity', 'beta']) expect(random).not.toContain(key)
  })

  it('is of scans: an encoder of pictures, of colours or of oblong images is not taken', () => {
    expect(unfitting(encoder.facts!)).toBeNull()
    expect(unfitting({ ...encoder.facts!, shape: [3, 24, 24] })).toMatch(/3 × 24 × 24 .* random start/)
    expect(unfitting({ ...encoder.facts!, shape: [1, 24, 32] })).not.toBeNull()
  })
})

describe('figures of a classifier', () => {
  it('count who was taken for whom; a class that nothing held out has is a column only when it was said', () => {
    const { columns, rows } = confusionTable({
      classes: ['none', 'Lesion', 'Vessel', 'Bone'],
      counts: [
        [6, 2, 0, 0],
        [1, 3, 0, 0],
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
    })
    expect(columns).toEqual(['none', 'Lesion'])
    expect(rows.map(({ name, count, recall }) => [name, count, recall])).toEqual([
      ['none', 8, 0.75],
      ['Lesion', 4, 0.75],
    ])
    expect(rows[0]!.cells[1]).toEqual({ count: 2, share: 0.25, right: false })
  })

  it('stand beside chance: one of the classes that are held out', () => {
    const row = fakeClassRow(3)
    expect(classesJudged(row)).toBe(3)
    expect(accuracyChart([row]).lines[0]!.values).toEqual([row.validation.terms!['balancedAccuracy']])
  })
})

async function open(change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  const { world } = fake
  world.project = {
    ...world.newProject('/projects/abdomen', 'Abdomen', false),
    labels: [...FAKE_LABELS],
    sources: world.volumes.slice(0, 2).map(({ info }) => ({
      ...{ volumeId: info.id, path: info.source, status: 'here', info, labelled: true },
    })),
  }
  const run = (id: string, state: 'done' | 'failed') => ({
    ...{ id, name: `Run ${id}`, task: 'vae' as const, state, createdAt: `2024-03-${id}T10:00:00Z` },
    ...{ epochs: { done: 9, of: 9 }, best: null, seconds: 1, resumable: false, message: null },
    model: `/runs/${id}/model.onnx`,
  })
  world.runs = [run('11', 'done'), run('12', 'done'), run('13', 'failed')]
  const preparation = { kind: 'studies', unit: 'patches', fit: 'resize', step: 8, crop: null, colour: 'grey' } as const
  world.latentModels = ['11', '12'].map(id =>
    latentModel({ model: `/runs/${id}/model.onnx`, shape: [1, 8, 8], preparation }),
  )
  change(fake)
  const stores = inApp(withStores(fake), () => ({
    ...{ kind: useTrainKind(), draft: useCodeDraft(), live: useLiveRun(), runs: useRuns(), project: useProject() },
  }))
  stores.kind.kind = 'classifier'
  await stores.project.load()
  await until(() => stores.runs.list.length === 3)
  return { ...fake, ...stores }
}

describe('setting up a classifier', () => {
  it('takes the newest finished run by itself, another or none when asked', async () => {
    const { draft } = await open()
    await until(() => draft.input !== null)
    expect(draft.encoder).toMatchObject({ run: '12', name: 'Run 12' })
    expect(draft.choice).toMatchObject({ unit: 'patches', size: 8, encoder: '12' })
    draft.change({ encoder: '11' })
    await until(() => draft.input?.classifier?.encoder === '../11')
    draft.change({ encoder: RANDOM })
    expect(draft.input?.classifier?.encoder).toBeNull()
    await draft.makePlan()
    expect(draft.ready).toBe(true)
  })

  it('says why it can’t start: no labels, no class left, an encoder that can’t be read', async () => {
    const bare = await open(({ world }) => {
      world.project = { ...world.project!, sources: world.project!.sources.map(one => ({ ...one, labelled: false })) }
    })
    expect(bare.draft.ready).toMatch(/none of the chosen cases has labels to learn/)
    const { draft } = await open()
    for (const { value } of FAKE_LABELS) draft.labelsOff.add(value)
    expect(draft.ready).toBe('choose at least one label.')
    const gone = await open(({ world }) =>
      world.fail('latent.facts', new SagittaError('not-found', 'Run 12 has no model.')),
    )
    await until(() => gone.draft.ready === 'Run 12 has no model.')
  })

  it('trains, and is known by its balanced accuracy', async () => {
    const { draft, live, runs } = await open()
    draft.change({ epochs: 2, batch: 4 })
    await until(() => draft.input !== null)
    await draft.makePlan()
    await live.start()
    expect(runs.kind).toBe('classifier')
    expect(runs.rows).toHaveLength(2)
    expect(live.run?.state).toBe('done')
  })
})
