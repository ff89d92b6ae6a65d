// The fake's training of codes: plans that count the phantom's slices, runs whose curves fall as real ones do.
import type { Handlers, JobContext } from '#common/ipc/contract'
import type { latentContract } from '#common/ipc/latent'
import type { RunSummary } from '#common/ipc/project'
import type { MetricsRow, TrainProgress, TrainResult } from '#common/ipc/training'
import { SagittaError } from '#common/errors'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { FakeWorld } from './world'

type Task = LatentTrainConfig['task']
const STEPS_PER_EPOCH = 13

/** Metrics of an epoch: the error falls, units of a VAE wake one after the other; `silent` ones never speak. */
export function fakeCodeRow(epoch: number, task: Task, units: number, silent = Math.ceil(units / 4)): MetricsRow {
  const wobble = (seed: number): number => 0.8 * Math.sin(epoch * 1.7 + seed)
  const vae = task === 'vae'
  const nats = Array.from({ length: units }, (_, unit) => {
    const full = unit < units - silent ? 2.6 / (1 + 0.25 * unit) : 0.002
    return vae ? full * (1 - Math.exp(-epoch / (2 + unit))) + 0.001 : full / 3
  })
  const kl = nats.reduce((a, b) => a + b, 0)
  const terms = (error: number): Record<string, number> =>
    vae ? { reconstruction: error, kl, beta: 1 } : { reconstruction: error, sparsity: 0 }
  const [trained, judged] = [46 + 310 * Math.exp(-epoch / 5) + wobble(1), 60 + 300 * Math.exp(-epoch / 5.5) + wobble(2)]
  return {
    ...{ epoch, step: epoch * STEPS_PER_EPOCH, seconds: epoch * 2 },
    train: { loss: trained + (vae ? kl : 0), ...terms(trained) },
    validation: {
      loss: judged + (vae ? kl : 0),
      dice: {},
      terms: { ...terms(judged), activeUnits: nats.filter(value => value > 0.01).length },
      units: nats,
    },
    ...{ meanDice: null, lr: 0.001, provider: 'cpu', rssMb: 420 },
  }
}

/** Metrics of an epoch of a classifier of three classes, the last of them rare: more of each is recognised, epoch after epoch. */
export function fakeClassRow(epoch: number, classes: readonly string[] = ['none', 'Liver', 'Spleen']): MetricsRow {
  const counts = classes.map((_, is) => {
    const images = Math.round(400 / (1 + 3 * is))
    const wrong = Math.round(images * (0.04 * is + 0.5 * Math.exp(-epoch / 4)))
    return classes.map((_, said) => (said === is ? images - wrong : said === (is + 1) % classes.length ? wrong : 0))
  })
  const recalls = counts.map((row, is) => row[is]! / row.reduce((a, b) => a + b, 0))
  const balancedAccuracy = recalls.reduce((a, b) => a + b, 0) / recalls.length
  const loss = 0.1 + Math.exp(-epoch / 4)
  return {
    ...{ epoch, step: epoch * STEPS_PER_EPOCH, seconds: epoch * 2 },
    train: { loss },
    validation: {
      ...{ loss: 1.1 * loss, dice: {}, terms: { accuracy: balancedAccuracy + 0.02, balancedAccuracy } },
      confusion: { classes: [...classes], counts },
    },
    ...{ meanDice: null, lr: 0.001, provider: 'cpu', rssMb: 420 },
  }
}

export function latentTrainingHandlers(
  world: FakeWorld,
  runsChanged: () => void,
): Pick<Handlers<typeof latentContract>, 'plan' | 'train' | 'curves'> {
  return {
    plan: async ({ config }, job) => {
      for (let done = 1; done <= 4; done++) {
        await world.pause(job.signal, 'Planning')
        job.progress({ done, total: 4 })
      }
      world.check('latent.plan')
      return planOf(world, config)
    },
    train: ({ config }, job) => {
      world.check('latent.prepare')
      const id = String(world.runs.length + 1).padStart(2, '0')
      return trainCodes(world, runsChanged, { id, config }, job)
    },
    curves: ({ run }) => world.curves.get(run) ?? [],
  }
}

interface CodeRun {
  readonly id: string
  readonly config: LatentTrainConfig
}

/** Trains from what there is of the run to its last epoch. */
export async function trainCodes(
  world: FakeWorld,
  runsChanged: () => void,
  { id, config }: CodeRun,
  job: JobContext<TrainProgress>,
): Promise<TrainResult> {
  const { epochs, task } = config
  const units = unitsOf(config)
  const layers = task === 'layerwise' ? (config.model['widths'] as number[]) : []
  world.codeConfigs.set(id, config)
  const before = world.curves.get(id) ?? []
  const rows = [...(before.find(({ stage }) => stage === 'whole')?.rows ?? [])]
  const stages = before.filter(({ stage }) => stage !== 'whole').map(curve => ({ ...curve, rows: [...curve.rows] }))
  const tell = (state: RunSummary['state']): void => {
    const best = rows.reduce<MetricsRow | null>(
      (top, row) => (row.validation.loss < (top?.validation.loss ?? Infinity) ? row : top),
      null,
    )
    const known = world.runs.find(run => run.id === id)
    const run: RunSummary = {
      ...{ id, task, state, name: config.name || `Run ${id}`, epochs: { done: rows.length, of: epochs } },
      createdAt: known?.createdAt ?? new Date().toISOString(),
      best: best ? { ...{ epoch: best.epoch, dice: null, loss: best.validation.loss }, ...judgedBy(best) } : null,
      pca: { components: units, fittedOn: 120, trainingImages: 120, error: 83.7, term: 'reconstruction' },
      seconds: rows.length * 2,
      model: rows.length > 0 ? `/runs/${id}/model.onnx` : null,
      message: null,
      resumable: state === 'stopped' && rows.length + stages.length > 0,
      ...(layers.length > 0 ? { layers: { count: layers.length, epochs: config.layerwise.epochs } } : {}),
    }
    world.runs = [...world.runs.filter(other => other.id !== id), run]
    world.curves.set(id, [...stages, { stage: 'whole', rows: [...rows] }])
    runsChanged()
  }
  const epochOf = async (epoch: number, of: number, stage: string | undefined): Promise<MetricsRow | null> => {
    const row = task === 'classifier' ? fakeClassRow(epoch, classesOf(config)) : fakeCodeRow(epoch, task, units)
    const at = stage === undefined ? {} : { stage }
    for (let step = 1; step <= STEPS_PER_EPOCH; step += 4) {
      await new Promise(resolve => setTimeout(resolve, world.stepMs))
      if (job.signal.aborted) return null
      job.progress({
        ...{ kind: 'step', epoch, epochs: of, step, stepsPerEpoch: STEPS_PER_EPOCH, loss: row.train.loss, ...at },
        ...{ stepMs: 74, waitMs: 1, secondsLeft: (of - epoch) * 2, rssMb: 420 },
      })
    }
    return row
  }
  tell('running')
  for (const [n, width] of layers.entries()) {
    const stage = `layer-${n + 1}`
    const text = `Layer ${n + 1} of ${layers.length}: ${layers[n - 1] ?? 4096} to ${width} units`
    job.progress({ kind: 'stage', stage: 'training', text })
    const curve = stages.find(known => known.stage === stage) ?? { stage, rows: [] }
    if (!stages.includes(curve)) stages.push(curve)
    for (let epoch = curve.rows.length + 1; epoch <= config.layerwise.epochs; epoch++) {
      const row = await epochOf(epoch, config.layerwise.epochs, stage)
      if (!row) {
        tell('stopped')
        throw new SagittaError('cancelled', 'Layerwise training was stopped.')
      }
      curve.rows.push(row)
      job.progress({ kind: 'epoch', row, best: true, stage })
    }
  }
  job.progress({ kind: 'stage', stage: 'training', text: 'Training' })
  let stopped = false
  for (let epoch = rows.length + 1; epoch <= epochs && !stopped; epoch++) {
    const row = await epochOf(epoch, epochs, undefined)
    stopped = row === null
    if (!row) break
    rows.push(row)
    job.progress({ kind: 'epoch', row, best: true })
    tell('running')
  }
  world.check('latent.train')
  const last = rows.at(-1)
  if (!last) {
    tell('stopped')
    throw new SagittaError('cancelled', 'Training was stopped before its first epoch ended.')
  }
  tell(stopped ? 'stopped' : 'done')
  return {
    ...{ run: id, model: `/runs/${id}/model.onnx`, best: { epoch: last.epoch, metrics: last } },
    ...{ seconds: rows.length * 2, provider: 'cpu', state: stopped ? 'stopped' : 'done' },
  }
}

/** The squared error of reconstructions; of a classifier, how well classes are told. */
function judgedBy({ validation }: MetricsRow): { squaredError?: number; balancedAccuracy?: number } {
  const { reconstruction, balancedAccuracy } = validation.terms ?? {}
  if (balancedAccuracy !== undefined) return { balancedAccuracy }
  return reconstruction === undefined ? {} : { squaredError: reconstruction }
}

const classesOf = ({ dataset }: LatentTrainConfig): string[] =>
  dataset.kind === 'studies' ? ['none', ...dataset.classes.map(({ name }) => name)] : []

/** Units of the code, as the config names them. */
function unitsOf({ task, model }: LatentTrainConfig): number {
  if (task === 'vae') return Number(model['latent'] ?? 20)
  const widths = model['widths'] as number[] | undefined
  return widths?.at(-1) ?? Number(model['code'] ?? 16)
}

function planOf(world: FakeWorld, config: LatentTrainConfig) {
  if (config.dataset.kind !== 'studies') throw new SagittaError('not-found', 'The fake has only volumes.')
  const { cases, size } = config.dataset
  const values = size[0] * size[1]
  const slicesOf = (id: string): number => world.volume(id).info.size[2]
  const patients = [...new Set(cases.map(({ patient }) => patient))]
  const within = config.split.mode === 'within-study'
  const total = cases.reduce((sum, { image }) => sum + slicesOf(image), 0)
  const last = cases.filter(({ patient }) => patient === patients.at(-1))
  const validation = within ? Math.round(total * 0.2) : last.reduce((sum, { image }) => sum + slicesOf(image), 0)
  const train = total - validation - (within ? 2 : 0)
  const units = unitsOf(config)
  const refusals: string[] = []
  if (!within && patients.length < 2)
    refusals.push(
      `All ${total} images are of one patient (${patients[0]}), so none is left to judge by. Add a second patient, split within the scan, or name other images as validation.`,
    )
  else if (config.task !== 'classifier' && units >= values && !config.overcomplete)
    refusals.push(
      `The code has ${units} units and an image only ${values} values: nothing needs to be compressed, and the network may learn to copy. Choose fewer units, or allow more units than pixels (overcomplete: true) to study sparse codes and the identity.`,
    )
  else if (train < config.batch)
    refusals.push(`There are ${train} images to train on, and a batch takes ${config.batch}. Choose a smaller batch.`)
  const refused = refusals.length > 0
  return {
    config: { ...config, scale: config.scale ?? { low: -1000, high: 1400 } },
    parameters: refused ? 0 : 2 * (values * 256 + 256 * units),
    estimatedMb: refused ? 0 : 64,
    images: refused ? { train: 0, validation: 0, shape: [] } : { train, validation, shape: [1, ...size] },
    refusals,
    notices: within ? ['A block of slices of every scan judges: same scan, not generalisation.'] : [],
  }
}
