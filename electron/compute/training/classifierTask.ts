// A classifier on an encoder as the loop trains it: labelled images in, held-out ones judged by cross entropy and balanced accuracy.
import type { MetricsRow } from '#common/ipc/training'
import { Confusion } from '#common/metrics/confusion'
import type { ClassifierPrograms } from '#models/programs/classifier'
import type { StateValues } from '#models/programs/types'
import type { ImageSet } from '../datasets/imageSet'
import { ReadingSession } from '../runtime/readingSession'
import type { SessionOptions } from '../runtime/openSession'
import type { StateTensors } from '../runtime/stateTensors'
import { averagedNames, parametersOf } from './averaged'
import { ImageBatches, readingBatch } from './imageBatches'
import type { TaskBatch, TrainingTask, Validation } from './task'

/** Counts of each pair of more classes than these say little to a reader, and make long rows. */
const TOLD_CLASSES = 20

export interface ClassifierTaskOptions {
  readonly programs: ClassifierPrograms
  readonly classes: number
  /** As in the training's cross entropy, or null. */
  readonly classWeights: readonly number[] | null
  readonly train: ImageSet
  readonly validation: ImageSet
  readonly batch: number
  readonly seed: number
  readonly session: SessionOptions
  readonly keep: (parameters: StateValues, row: MetricsRow) => Promise<void>
}

export class ClassifierTask implements TrainingTask {
  private readonly batches: ImageBatches
  private readonly named: (name: string) => string
  private readonly labels: Int32Array
  private readonly target: Int32Array
  private readonly weight: Float32Array
  private classify: Promise<ReadingSession> | null = null

  /** @throws no-training-data when images have no labels, or do not fill a batch. */
  constructor(private readonly options: ClassifierTaskOptions) {
    const { programs, train, batch, seed } = options
    this.batches = new ImageBatches(train, batch, seed)
    this.named = averagedNames(programs.train.state)
    this.labels = train.labels()
    this.target = new Int32Array(batch)
    this.weight = new Float32Array(batch).fill(1)
  }

  get stepsPerEpoch(): number {
    return this.batches.stepsPerEpoch
  }

  batch(step: number): TaskBatch {
    const { feeds, sources, indices } = this.batches.batchOf(step)
    indices.forEach((n, at) => (this.target[at] = this.labels[n]!))
    return { feeds: { ...feeds, target: this.target, weight: this.weight }, sources }
  }

  async validate(state: StateTensors): Promise<Validation> {
    const { validation, classes, classWeights } = this.options
    const labels = validation.labels()
    const confusion = new Confusion(this.options.train.classNames)
    let [loss, weights] = [0, 0]
    const session = await (this.classify ??= ReadingSession.open(
      this.options.programs.classify(),
      this.options.session,
    ))
    const batch = readingBatch(validation.elements)
    for (let first = 0; first < validation.count; first += batch) {
      const size = Math.min(batch, validation.count - first)
      const image = validation.gather(Uint32Array.from({ length: size }, (_, n) => first + n))
      const { probabilities } = await session.run(
        { image: { data: image, shape: [size, ...validation.shape] } },
        state,
        this.named,
      )
      for (let n = 0; n < size; n++) {
        const label = labels[first + n]!
        const row = probabilities!.subarray(n * classes, (n + 1) * classes)
        const weight = classWeights?.[label] ?? 1
        loss -= weight * Math.log(Math.max(row[label]!, 1e-12))
        weights += weight
        confusion.add(label, row.indexOf(Math.max(...row)))
      }
    }
    const { accuracy, balancedAccuracy, matrix } = confusion.scores()!
    return {
      loss: loss / weights,
      dice: {},
      meanDice: null,
      allBackground: false,
      terms: { accuracy, balancedAccuracy },
      ...(classes <= TOLD_CLASSES
        ? { confusion: { classes: [...this.options.train.classNames], counts: matrix.map(row => [...row]) } }
        : {}),
    }
  }

  async keep(state: StateTensors, row: MetricsRow): Promise<void> {
    await this.options.keep(await parametersOf(state, this.named), row)
  }

  async release(): Promise<void> {
    if (this.classify) await (await this.classify).release()
  }
}

/** Weights that make every class count the same: images / (classes x images of the class). */
export function balancedWeights(labels: Int32Array, classes: number): number[] {
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label]! += 1
  return Array.from(counts, count => (count === 0 ? 0 : labels.length / (classes * count)))
}
