// A model file running: batches of padded slices in, class probabilities out.
import { Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'
import type { ModelFile } from '../modelFile/readModel'
import { OpenSession, type SessionOptions } from '../runtime/openSession'

const IMAGE = 'image'
const PROBABILITIES = 'probabilities'

export class Network {
  private constructor(
    private readonly session: OpenSession,
    private readonly path: string,
    readonly classes: number,
  ) {}

  /** @throws model-invalid; model-incompatible when its inputs and outputs are not those of a 2-D segmentation. */
  static async open({ path, bytes, metadata }: ModelFile, options: SessionOptions): Promise<Network> {
    if (metadata.model.task !== 'segmentation')
      throw new SagittaError(
        'model-incompatible',
        `${path} is a model of another kind (${metadata.model.task}): it does not segment.`,
        { path },
      )
    const session = await OpenSession.create(bytes, path, options)
    const named =
      session.inputs.length === 1 &&
      session.inputs[0]!.name === IMAGE &&
      session.outputs.some(({ name }) => name === PROBABILITIES)
    if (named) return new Network(session, path, metadata.model.labels.length + 1)
    await session.release()
    throw new SagittaError(
      'model-incompatible',
      `${path} has other inputs or outputs than a segmentation network of Sagitta (one "${IMAGE}", one "${PROBABILITIES}").`,
      { path, inputs: session.inputs.map(({ name }) => name), outputs: session.outputs.map(({ name }) => name) },
    )
  }

  /**
   * @param images `count` times the slice's channels (see `neighbourhood`) of rows x columns, one after the other.
   * @returns [count, classes, rows, columns]
   * @throws not-finite, naming the model; model-incompatible when it has another number of channels than its label table.
   */
  async probabilities(images: Float32Array, count: number, rows: number, columns: number): Promise<Float32Array> {
    const { [PROBABILITIES]: result } = await this.session.run(
      { [IMAGE]: new Tensor('float32', images, [count, images.length / (count * rows * columns), rows, columns]) },
      { [PROBABILITIES]: null },
    )
    const { data, dims } = result!
    if (dims.join() !== [count, this.classes, rows, columns].join())
      throw new SagittaError(
        'model-incompatible',
        `${this.path} answers [${dims.join(', ')}]; its label table needs [${count}, ${this.classes}, ${rows}, ${columns}].`,
        { path: this.path, dims },
      )
    const values = data as Float32Array
    // One slice's sum shows any NaN or infinity in it, far cheaper than looking at each value twice.
    if (!Number.isFinite(values.reduce((sum, value) => sum + value, 0)))
      throw new SagittaError(
        'not-finite',
        `${this.path} answered with numbers that are not finite. Nothing was changed; use another model.`,
        { path: this.path },
      )
    return values
  }

  release(): Promise<void> {
    return this.session.release()
  }
}
