// An open classifier: probabilities of its classes for any number of images.
import { Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'
import { readLatentFile } from '../latent/latentFile'
import { classValuesOf, ofPixels, type LatentFacts } from '../modelFile/latentMetadata'
import { OpenSession, type SessionOptions } from '../runtime/openSession'

export class Classifier {
  private constructor(
    readonly path: string,
    readonly facts: LatentFacts,
    private readonly session: OpenSession,
  ) {}

  /** @throws not-found, model-invalid; model-incompatible for a model that names no classes. */
  static async open(path: string, session: SessionOptions): Promise<Classifier> {
    const file = await readLatentFile(path)
    if (file?.metadata.latent.task !== 'classifier')
      throw new SagittaError(
        'model-incompatible',
        `${path} is no classifier: it names no classes. Train one with "task": "classifier" on an encoder; "sagitta segment" runs models that segment.`,
        { path },
      )
    const opened = await OpenSession.create(file.external.length > 0 ? file.path : file.bytes, file.path, session)
    return new Classifier(path, file.metadata.latent, opened)
  }

  get classes(): number {
    return this.facts.classes.length
  }

  /** Values of one image. */
  get elements(): number {
    return this.facts.shape.reduce((a, b) => a * b, 1)
  }

  /** Each pixel is classed by the patch around it: it can be asked for label maps. */
  get ofPixels(): boolean {
    return ofPixels(this.facts)
  }

  /** Label value of each class. */
  get values(): readonly number[] {
    return classValuesOf(this.facts)
  }

  /** @param images [n, ...shape], values from 0 to 1. @returns [n, classes]. @throws not-finite naming the model. */
  async probabilities(images: Float32Array): Promise<Float32Array> {
    const image = new Tensor('float32', images, [images.length / this.elements, ...this.facts.shape])
    const { probabilities } = await this.session.run({ image }, { probabilities: null })
    const found = probabilities!.data as Float32Array
    if (found.every(Number.isFinite)) return found
    throw new SagittaError(
      'not-finite',
      `${this.path} answered with numbers that are not finite. Nothing was written; use another model.`,
      { path: this.path },
    )
  }

  release(): Promise<void> {
    return this.session.release()
  }
}

/** The likeliest of each row of [n, classes]. */
export function likeliestClasses(probabilities: Float32Array, classes: number): Uint8Array {
  const found = new Uint8Array(probabilities.length / classes)
  for (let n = 0; n < found.length; n++) {
    let best = 0
    for (let c = 1; c < classes; c++) if (probabilities[n * classes + c]! > probabilities[n * classes + best]!) best = c
    found[n] = best
  }
  return found
}
