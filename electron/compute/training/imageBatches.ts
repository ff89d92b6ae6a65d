// Batches of images: every image once an epoch, in an order that follows from seed and epoch.
import { SagittaError } from '#common/errors'
import { randomStream } from '#models/layers/random'
import type { ImageSet } from '../datasets/imageSet'
import type { TaskBatch } from './task'

export class ImageBatches {
  private order = new Uint32Array(0)
  private epoch = -1
  private readonly image: Float32Array
  readonly stepsPerEpoch: number

  /** @throws no-training-data when the images do not fill one batch. */
  constructor(
    private readonly images: ImageSet,
    private readonly batch: number,
    private readonly seed: number,
  ) {
    if (images.count < batch)
      throw new SagittaError(
        'no-training-data',
        `${images.name} has ${images.count} images to train on, and a batch takes ${batch}. Choose a smaller batch, or add images.`,
        { images: images.count, batch },
      )
    this.stepsPerEpoch = Math.floor(images.count / batch)
    this.image = new Float32Array(batch * images.elements)
  }

  /** Indices of the images of a step, counted from 0. */
  indices(step: number): Uint32Array {
    const epoch = Math.floor(step / this.stepsPerEpoch)
    if (epoch !== this.epoch) this.shuffle(epoch)
    const start = (step % this.stepsPerEpoch) * this.batch
    return this.order.subarray(start, start + this.batch)
  }

  /** `image` [batch, ...shape]; valid until the next call. */
  batchOf(step: number): TaskBatch & { readonly indices: Uint32Array } {
    const indices = this.indices(step)
    indices.forEach((n, at) => this.images.read(n, this.image, at * this.images.elements))
    return {
      indices,
      feeds: { image: this.image },
      sources: Array.from(indices.subarray(0, NAMED), n => ({ caseId: this.images.items[n]!.id, slice: null })),
    }
  }

  private shuffle(epoch: number): void {
    const random = randomStream(this.seed, `order/${epoch}`)
    const order = Uint32Array.from({ length: this.images.count }, (_, n) => n)
    for (let n = order.length - 1; n > 0; n--) {
      const other = Math.floor(random.uniform() * (n + 1))
      const kept = order[n]!
      order[n] = order[other]!
      order[other] = kept
    }
    this.order = order
    this.epoch = epoch
  }
}

/** Images that are judged or encoded at once: many small ones, few large ones. */
export const readingBatch = (elements: number): number => Math.min(500, Math.max(8, Math.floor(2 ** 21 / elements)))

/** Images of a batch that a message names. */
const NAMED = 4
