// An open model that codes images: encodes and decodes any number of them, halves loaded when first needed.
import { Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'
import type { LatentModelInfo } from '#common/ipc/latent'
import type { LatentFacts } from '../modelFile/latentMetadata'
import { OpenSession, type SessionOptions } from '../runtime/openSession'
import { readLatentFiles, type LatentFile, type LatentFiles } from './latentFile'

/** Images or points that go through at once. */
const BATCH = 256

export interface Encoded {
  /** [count, units]: codes, or posterior means. */
  readonly codes: Float32Array
  /** Of the posterior, as codes; null for autoencoders. */
  readonly logVariances: Float32Array | null
}

export class LatentModel {
  private readonly sessions = new Map<string, Promise<OpenSession>>()

  private constructor(
    private readonly files: LatentFiles,
    private readonly session: SessionOptions,
  ) {}

  /** @throws not-found, model-invalid, model-incompatible. */
  static async open(path: string, session: SessionOptions): Promise<LatentModel> {
    const files = await readLatentFiles(path)
    if (files.named.metadata.latent.task === 'classifier')
      throw new SagittaError(
        'model-incompatible',
        `${path} is a classifier: it names classes and gives no codes. Choose the run of the autoencoder or VAE it was made from.`,
        { path },
      )
    return new LatentModel(files, session)
  }

  get path(): string {
    return this.files.named.path
  }

  get facts(): LatentFacts {
    return this.files.named.metadata.latent
  }

  get units(): number {
    return this.facts.units
  }

  /** Values of one image. */
  get elements(): number {
    return this.facts.shape.reduce((a, b) => a * b, 1)
  }

  get info(): LatentModelInfo {
    const { latent, provenance } = this.files.named.metadata
    const { name, description, shape, units, covariance, error, scale, preparation, heldOut } = latent
    return {
      ...{ model: this.path, name, description, shape, units, covariance, error, scale, preparation, heldOut },
      task: latent.task === 'vae' ? 'vae' : 'autoencoder',
      encodes: this.files.encoder !== null,
      decodes: this.files.decoder !== null,
      metrics: provenance.metrics,
      createdAt: provenance.createdAt,
    }
  }

  /** @param images [n, ...shape], values from 0 to 1. @throws model-incompatible without an encoder; shape-mismatch. */
  async encode(images: Float32Array): Promise<Encoded> {
    const { units, elements } = this
    const total = countOf(images.length, elements, `images of ${this.facts.shape.join(' x ')}`)
    const session = await this.half('encoder')
    const codes = new Float32Array(total * units)
    const logVariances = this.facts.task === 'vae' ? new Float32Array(total * units) : null
    for (let first = 0; first < total; first += BATCH) {
      const size = Math.min(BATCH, total - first)
      const image = new Tensor('float32', images.slice(first * elements, (first + size) * elements), [
        size,
        ...this.facts.shape,
      ])
      const found = await session.run({ image }, logVariances ? { code: null, logVariance: null } : { code: null })
      codes.set(found.code!.data as Float32Array, first * units)
      logVariances?.set(found.logVariance!.data as Float32Array, first * units)
    }
    return { codes, logVariances }
  }

  /** @param points [n, units]. @returns [n, ...shape]. @throws model-incompatible without a decoder; shape-mismatch. */
  async decode(points: Float32Array): Promise<Float32Array> {
    const { units, elements } = this
    const total = countOf(points.length, units, `points of ${units} units`)
    const session = await this.half('decoder')
    const out = new Float32Array(total * elements)
    for (let first = 0; first < total; first += BATCH) {
      const size = Math.min(BATCH, total - first)
      const code = new Tensor('float32', points.slice(first * units, (first + size) * units), [size, units])
      const { output } = await session.run({ code }, { output: null })
      out.set(output!.data as Float32Array, first * elements)
    }
    return out
  }

  async release(): Promise<void> {
    const open = [...this.sessions.values()]
    this.sessions.clear()
    for (const session of open) await (await session).release()
  }

  private half(part: 'encoder' | 'decoder'): Promise<OpenSession> {
    const known = this.sessions.get(part)
    if (known) return known
    const file: LatentFile | null = this.files[part]
    if (!file)
      throw new SagittaError(
        'model-incompatible',
        `${this.path} lies without its ${part}: no ${part}.onnx of the same training is beside it, so it cannot ${part === 'encoder' ? 'encode images' : 'decode points'}. Copy the whole run folder.`,
        { path: this.path, part },
      )
    const opened = OpenSession.create(file.external.length > 0 ? file.path : file.bytes, file.path, this.session)
    this.sessions.set(part, opened)
    opened.catch(() => this.sessions.delete(part))
    return opened
  }
}

function countOf(length: number, each: number, what: string): number {
  if (length > 0 && length % each === 0) return length / each
  throw new SagittaError('shape-mismatch', `${length} numbers are no ${what}.`, { numbers: length, each })
}
