// The fake's compute service: models, segmenting by the ground truth a little worn, training as curves.
import type { HandAgreement, ModelCard, ModelLabel, modelsContract } from '#common/ipc/compute'
import type { Handlers, JobContext } from '#common/ipc/contract'
import type { RunSummary } from '#common/ipc/project'
import {
  trainConfigSchema,
  type MetricsRow,
  type trainingContract,
  type TrainProgress,
  type TrainResult,
} from '#common/ipc/training'
import { Agreement } from '#common/metrics/agreement'
import { LabelStatistics } from '#common/labelmap/statistics'
import { millilitres, voxelVolumesMm3 } from '#common/labelmap/measure'
import { SagittaError } from '#common/errors'
import { foreignModel } from './foreignModel'
import { trainCodes } from './latentTraining'
import type { FakeWorld } from './world'

const STEPS_PER_EPOCH = 12

const textOf = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise)

export const modelsHandlers = (world: FakeWorld): Handlers<typeof modelsContract> => ({
  list: () => {
    world.check('models.list')
    return { models: world.models, broken: world.brokenModels }
  },
  inspect: ({ file }) => {
    world.check('models.inspect')
    return foreignModel(file, world.foreign)
  },
  import: ({ file, card }) => {
    world.check('models.import')
    const model: ModelCard = {
      path: file,
      name: textOf(card?.['name'], file),
      task: 'segmentation',
      segments: true,
      description: textOf(card?.['source']),
      origin: 'imported',
      labels: [],
      modality: textOf(card?.['modality']),
      spacingMm: null,
      caveat: 'made elsewhere',
      metrics: {},
      createdAt: '2026-01-01T00:00:00.000Z',
      bytes: 1000,
    }
    world.models = [...world.models, model]
    return { card: model, notices: [] }
  },
  remove: ({ path }) => {
    world.check('models.remove')
    world.removedModel = world.models.find(model => model.path === path) ?? null
    world.models = world.models.filter(model => model.path !== path)
    return {}
  },
  restore: () => {
    if (world.removedModel) world.models = [...world.models, world.removedModel]
    return {}
  },
  providers: async (_, job) => {
    world.check('models.providers')
    for (const { name } of world.providers) {
      job.progress({ testing: name })
      await world.pause(job.signal, 'The self-test')
    }
    return world.providers
  },
  segment: async ({ volumeId, model }, job) => {
    const { info, voxels } = world.volume(volumeId)
    const slices = info.size[2]
    for (let done = 1; done <= slices; done++) {
      await world.pause(job.signal, 'Segmenting')
      job.progress({ stage: 'segmenting', done, total: slices, secondsLeft: ((slices - done) * world.stepMs) / 1000 })
    }
    world.check('models.segment')
    const values = Uint16Array.from(voxels().truth)
    const statistics = new LabelStatistics(values, info.size[0] * info.size[1])
    const voxelMm3 = voxelVolumesMm3(info)
    const counts = statistics.counts().map(({ value, voxels: number }) => ({
      value,
      voxels: number,
      volumeMl: millilitres(k => statistics.onSlice(k, value), voxelMm3),
    }))
    const proposal = {
      proposalId: `proposal-${world.proposals.size + 1}`,
      volumeId,
      model,
      counts,
      sliceLabels: statistics.sliceLabels().map(list => [...list]),
    }
    world.proposals.set(proposal.proposalId, { proposal, values })
    const nameOf = (value: number): string =>
      world.project?.labels.find(label => label.value === value)?.name ?? `Label ${value}`
    return {
      proposal,
      labels: counts.map(count => ({ ...count, name: nameOf(count.value) })),
      seconds: 38,
      provider: 'CPU',
      notices: [],
    }
  },
  compare: async ({ volumeIds, model }, job) => {
    const answers: HandAgreement[] = []
    const labels = world.models.find(({ path }) => path === model)?.labels ?? []
    for (const [volume, volumeId] of volumeIds.entries()) {
      await world.pause(job.signal, 'Comparing')
      job.progress({ stage: 'segmenting', done: 1, total: 1, secondsLeft: null, volume, volumes: volumeIds.length })
      answers.push(compared(world, volumeId, labels))
    }
    world.check('models.compare')
    return answers
  },
})

/** The hand beside the phantom's truth, which is what the fake's models say. */
function compared(world: FakeWorld, volumeId: string, labels: readonly ModelLabel[]): HandAgreement {
  const map = world.labelMap(volumeId)
  const { truth } = world.volume(volumeId).voxels()
  const complete = map.state().states.flatMap((state, k) => (state === 'complete' ? [k] : []))
  const none = { volumeId, labels: [], dice: null, slices: 0, worstSlice: null }
  if (complete.length === 0) return { ...none, reason: 'None of its slices is marked complete.' }
  const agreement = new Agreement(world.openProject().labels, labels)
  const plane = truth.length / map.state().states.length
  for (const k of complete)
    agreement.addSlice(k, map.slice(k), Uint16Array.from(truth.subarray(k * plane, (k + 1) * plane)))
  return { volumeId, ...agreement.result(), slices: complete.length, reason: null }
}

/** Metrics of an epoch on curves that rise as those of a real run do; the later a label, the harder it is. */
export function fakeRow(epoch: number, labels: readonly number[]): MetricsRow {
  const wobble = (seed: number): number => 0.02 * Math.sin(epoch * 1.7 + seed)
  const dice = Object.fromEntries(
    labels.map((value, at) => [
      String(value),
      Math.max(0, (1 - Math.exp(-epoch / (3 + 2 * at))) * (0.97 - 0.04 * at) + wobble(at) / epoch),
    ]),
  )
  const counted = Object.values(dice)
  return {
    epoch,
    step: epoch * STEPS_PER_EPOCH,
    seconds: epoch * 4,
    train: { loss: 0.15 + 1.1 * Math.exp(-epoch / 4) + wobble(1) },
    validation: { loss: 0.2 + 1.05 * Math.exp(-epoch / 4.4) + wobble(2), dice },
    meanDice: counted.reduce((sum, value) => sum + value, 0) / Math.max(1, counted.length),
    lr: 0.001,
    provider: 'cpu',
    rssMb: 1210,
  }
}

export function trainingHandlers(world: FakeWorld, runsChanged: () => void): Handlers<typeof trainingContract> {
  const configOf = (labels: readonly number[], volumeIds: readonly string[], name: string, overrides: object) =>
    trainConfigSchema.parse({
      task: 'unet',
      name,
      dataset: {
        cases: volumeIds.map(id => ({ id, patient: world.volume(id).info.patientId, image: id, labels: id })),
        labels: labels.map(value => ({ value, name: `Label ${value}`, color: '#56b4e9' })),
        modality: 'CT',
      },
      ...overrides,
    })

  /** Trains from the epochs there are to the last one. */
  const trained = async (
    { id, name, labels, epochs }: { id: string; name: string; labels: readonly number[]; epochs: number },
    rows: MetricsRow[],
    job: JobContext<TrainProgress>,
  ): Promise<TrainResult> => {
    const tell = (part: Partial<RunSummary>): void => {
      const known = world.runs.find(run => run.id === id)
      const best = rows.reduce<MetricsRow | null>(
        (top, row) => ((row.meanDice ?? 0) > (top?.meanDice ?? -1) ? row : top),
        null,
      )
      const run: RunSummary = {
        id,
        name: name || `Run ${id}`,
        task: 'unet',
        createdAt: known?.createdAt ?? new Date().toISOString(),
        state: 'running',
        epochs: { done: rows.length, of: epochs },
        best: best ? { epoch: best.epoch, dice: best.meanDice, loss: best.validation.loss } : null,
        seconds: rows.length * 4,
        model: rows.length > 0 ? `/runs/${id}/model.onnx` : null,
        message: null,
        resumable: false,
        ...part,
      }
      world.runs = [...world.runs.filter(other => other.id !== id), run]
      world.metrics.set(id, [...rows])
      runsChanged()
    }
    tell({})
    job.progress({ kind: 'stage', stage: 'preparing', text: 'Preparing slices' })
    await world.pause(job.signal, 'Training')
    job.progress({ kind: 'stage', stage: 'training', text: '2-D U-Net, fold 1' })
    let stopped = false
    for (let epoch = rows.length + 1; epoch <= epochs && !stopped; epoch++) {
      for (let step = 1; step <= STEPS_PER_EPOCH && !stopped; step += 4) {
        await new Promise(resolve => setTimeout(resolve, world.stepMs))
        stopped = job.signal.aborted
        job.progress({
          kind: 'step',
          epoch,
          epochs,
          step,
          stepsPerEpoch: STEPS_PER_EPOCH,
          loss: fakeRow(epoch, labels).train.loss,
          stepMs: 742,
          waitMs: 14,
          secondsLeft: (epochs - epoch) * 62,
          rssMb: 1210,
        })
      }
      if (stopped) break
      const row = fakeRow(epoch, labels)
      const best = rows.every(other => (other.meanDice ?? 0) < (row.meanDice ?? 0))
      rows.push(row)
      job.progress({ kind: 'epoch', row, best })
      tell({})
    }
    world.check('training.start')
    tell({ state: stopped ? 'stopped' : 'done' })
    const last = rows.at(-1) ?? fakeRow(1, labels)
    return {
      run: id,
      model: `/runs/${id}/model.onnx`,
      best: { epoch: last.epoch, metrics: last },
      seconds: rows.length * 4,
      provider: 'cpu',
      state: stopped ? 'stopped' : 'done',
    }
  }

  return {
    plan: ({ name, volumeIds, labels, splitMode, overrides }) => {
      world.check('training.plan')
      const config = configOf(labels, volumeIds, name, overrides)
      const patients = [...new Set(volumeIds.map(id => world.volume(id).info.patientId))]
      const cases = volumeIds.map(volumeId => {
        const { states } = world.labelMap(volumeId).state()
        const patient = world.volume(volumeId).info.patientId
        const part =
          splitMode === 'patient' && patient === patients.at(-1) ? ('validation' as const) : ('train' as const)
        return { volumeId, patient, part, completeSlices: states.filter(state => state === 'complete').length, states }
      })
      const refusals: string[] = []
      if (splitMode === 'patient' && patients.length < 2)
        refusals.push(
          'A split by patient needs two patients, and one is chosen. Add another, or split within the scan.',
        )
      const none = cases.find(item => item.completeSlices === 0)
      if (none)
        refusals.push(
          `${world.volume(none.volumeId).info.patientName} has no complete slice: nothing says where background is.`,
        )
      return {
        config,
        settings: [
          { key: 'model', value: 'U-Net, 2-D', reason: 'Slices are 3 mm apart, so planes say more than blocks.' },
          {
            key: 'spacing',
            value: '1.50 × 1.50 mm',
            reason: 'The median of your cases; the whole organ fits one patch.',
          },
          { key: 'patch', value: '128 × 128', reason: 'Holds the liver in 97 % of slices.' },
          { key: 'depth', value: '4 levels, 16 filters', reason: '1.9 M parameters; sees 140 mm around each pixel.' },
          { key: 'intensity', value: 'clip −160 to 240, z-score', reason: '0.5 and 99.5 percentile under labels.' },
          { key: 'loss', value: 'Dice + cross entropy', reason: 'Lesion is 1.6 % of labelled voxels: weighted 4.0.' },
          { key: 'epochs', value: String(config.epochs), reason: 'Stops early after 15 without gain.' },
          { key: 'batch', value: `${config.batch} patches`, reason: 'Half of them with the rarest label.' },
          { key: 'augment', value: 'rotate, scale, noise', reason: 'No left-right flip: the liver has a side.' },
        ],
        cases,
        parameters: 1_942_000,
        estimatedMb: 1300,
        refusals,
        notices: splitMode === 'within-study' ? ['Validation is on the same scan: not generalisation.'] : [],
      }
    },
    start: ({ name, volumeIds, labels, overrides }, job) => {
      const { epochs } = configOf(labels, volumeIds, name, overrides)
      world.check('training.prepare')
      return trained({ id: String(world.runs.length + 1).padStart(2, '0'), name, labels, epochs }, [], job)
    },
    resume: ({ run: id }, job) => {
      world.check('training.resume')
      const run = world.runs.find(candidate => candidate.id === id)
      if (!run?.resumable)
        throw new SagittaError('not-found', `Run ${id} ended before its first checkpoint was written.`)
      const config = world.codeConfigs.get(id)
      if (config) return trainCodes(world, runsChanged, { id, config }, job)
      const rows = world.metrics.get(id) ?? []
      const labels = Object.keys(rows[0]?.validation.dice ?? {}).map(Number)
      return trained({ id, name: run.name, labels, epochs: run.epochs.of }, [...rows], job)
    },
    metrics: ({ run }) => world.metrics.get(run) ?? [],
    runs: () => world.runs,
  }
}
