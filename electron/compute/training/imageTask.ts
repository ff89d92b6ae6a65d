// An autoencoder or a VAE as the loop trains it: images in, held-out images judged, the best written as model files.
import type { MetricsRow } from '#common/ipc/training'
import type { StateValues } from '#models/programs/types'
import type { ImageSet } from '../datasets/imageSet'
import type { SessionOptions } from '../runtime/openSession'
import type { StateTensors } from '../runtime/stateTensors'
import { averagedNames, parametersOf } from './averaged'
import { ImageBatches } from './imageBatches'
import { ImageValidator } from './imageValidator'
import type { LatentNetwork } from './latentNetwork'
import { Thinning } from './thinning'
import type { TaskBatch, TrainingTask, Validation } from './task'

export interface ImageTaskOptions {
  readonly network: LatentNetwork
  readonly train: ImageSet
  readonly validation: ImageSet
  readonly batch: number
  readonly seed: number
  /** Epochs of the run: what is pruned is pruned in the first of them. */
  readonly epochs: number
  readonly session: SessionOptions
  /** Called with the best parameters so far, and the errors of the held-out images under them. */
  readonly keep: (parameters: StateValues, row: MetricsRow, errors: Float32Array) => Promise<void>
}

export class ImageTask implements TrainingTask {
  private readonly batches: ImageBatches
  private readonly validator: ImageValidator
  private readonly named: (name: string) => string
  private readonly thinning: Thinning | null
  private errors: Float32Array = new Float32Array(0)

  constructor(private readonly options: ImageTaskOptions) {
    const { network, train, validation, batch, seed, epochs, session } = options
    this.batches = new ImageBatches(train, batch, seed)
    this.validator = new ImageValidator(validation, network, session, seed)
    this.named = averagedNames(network.train.state)
    const thin = network.connections.some(({ kept, of }) => kept < of)
    this.thinning = thin ? new Thinning(network.connections, network.pruned, epochs) : null
  }

  get stepsPerEpoch(): number {
    return this.batches.stepsPerEpoch
  }

  batch(step: number): TaskBatch {
    return this.batches.batchOf(step)
  }

  async validate(state: StateTensors): Promise<Validation> {
    const { errors, ...judged } = await this.validator.validate(state, this.named)
    this.errors = errors
    const { thinning } = this
    return thinning ? { ...judged, terms: { ...judged.terms, connections: thinning.count(state) } } : judged
  }

  async keep(state: StateTensors, row: MetricsRow): Promise<void> {
    await this.options.keep(await parametersOf(state, this.named), row, this.errors)
  }

  async afterEpoch(state: StateTensors, epoch: number): Promise<void> {
    await this.thinning?.afterEpoch(state, epoch)
  }

  release(): Promise<void> {
    return this.validator.release()
  }
}
