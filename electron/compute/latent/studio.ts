// The latent workspace's memory: which models are open, and the codes that were made with them.
import { SagittaError } from '#common/errors'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import { openImages } from '../datasets/openImages'
import type { SessionOptions } from '../runtime/openSession'
import { encodeImages, type CodeSet, type WorkOptions } from './codeSet'
import { LatentModel } from './latentModel'

export class LatentStudio {
  private readonly models = new Map<string, Promise<LatentModel>>()
  private readonly sets = new Map<string, CodeSet>()
  private made = 0

  /** Codes and hover decodes are small: the CPU answers sooner than a copy to a graphics card and back. */
  constructor(private readonly session: SessionOptions = { provider: 'cpu', threads: null }) {}

  /** Opens a model, or gives the one that is open. @throws not-found, model-invalid, model-incompatible. */
  model(path: string): Promise<LatentModel> {
    const known = this.models.get(path)
    if (known) return known
    const opened = LatentModel.open(path, this.session)
    this.models.set(path, opened)
    opened.catch(() => this.models.delete(path))
    return opened
  }

  async close(path: string): Promise<void> {
    const opened = this.models.get(path)
    if (!opened) return
    this.models.delete(path)
    const model = await opened
    for (const [id, set] of this.sets) if (set.model === model) this.sets.delete(id)
    await model.release()
  }

  /** @throws what `openImages` and `encodeImages` throw. */
  async encode(
    path: string,
    source: ImageSourceConfig,
    headers: readonly string[],
    options: WorkOptions,
  ): Promise<CodeSet> {
    const model = await this.model(path)
    const images = await openImages(source, { headers, ...(options.signal ? { signal: options.signal } : {}) })
    this.made += 1
    const set = await encodeImages(`codes-${this.made}`, model, images, options)
    this.sets.set(set.id, set)
    return set
  }

  /** @throws not-found for codes that were forgotten, or whose model was closed. */
  codes(id: string): CodeSet {
    const set = this.sets.get(id)
    if (set) return set
    throw new SagittaError('not-found', `There are no codes ${id} any more. Encode the images again.`, { codes: id })
  }

  /** Codes used with a model. @throws model-incompatible when they are another model's. */
  codesOf(model: LatentModel, id: string): CodeSet {
    const set = this.codes(id)
    if (set.model.facts.pair === model.facts.pair) return set
    throw new SagittaError(
      'model-incompatible',
      `The codes ${id} were made with ${set.model.path}, not with ${model.path}: their numbers mean other things. Encode the images with this model.`,
      { codes: id, model: model.path },
    )
  }

  forget(id: string): void {
    this.sets.delete(id)
  }

  async release(): Promise<void> {
    for (const path of [...this.models.keys()]) await this.close(path)
  }
}
