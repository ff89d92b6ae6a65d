// A model file running: batches of padded slices in, class probabilities out, whatever its own tensors look like.
import { Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'
import type { Signature } from '../modelFile/metadata'
import type { ModelFile } from '../modelFile/readModel'
import { OpenSession, type SessionOptions } from '../runtime/openSession'
import { classPlanes } from './classPlanes'
import { reordered, shapeOf } from './tensorAxes'

/** What Sagitta's own networks look like; channel n is class n. */
const OWN = { input: 'image', output: 'probabilities' } as const

export class Network {
  private constructor(
    private readonly session: OpenSession,
    private readonly path: string,
    /** Labels and background. */
    readonly classes: number,
    private readonly signature: Signature | null,
  ) {}

  /** @throws model-invalid; model-incompatible when its inputs and outputs are not those its metadata names. */
  static async open(file: ModelFile, options: SessionOptions): Promise<Network> {
    const { path, metadata } = file
    if (metadata.model.task !== 'segmentation')
      throw new SagittaError(
        'model-incompatible',
        `${path} is a model of another kind (${metadata.model.task}): it does not segment.`,
        { path },
      )
    // Weights beside the file are found from its path only.
    const session = await OpenSession.create(file.external.length > 0 ? path : file.bytes, path, options)
    const signature = metadata.model.network.signature ?? null
    const [input, output] = [signature?.input.name ?? OWN.input, signature?.output.name ?? OWN.output]
    const named =
      session.inputs.length === 1 &&
      session.inputs[0]!.name === input &&
      session.outputs.some(({ name }) => name === output)
    if (named) return new Network(session, path, metadata.model.labels.length + 1, signature)
    await session.release()
    throw new SagittaError(
      'model-incompatible',
      `${path} has other inputs or outputs than its metadata says (one "${input}", one "${output}").`,
      { path, inputs: session.inputs.map(({ name }) => name), outputs: session.outputs.map(({ name }) => name) },
    )
  }

  /**
   * @param images `count` times the slice's channels (see `neighbourhood`) of rows x columns, one after the other.
   * @returns [count, classes, rows, columns]
   * @throws not-finite, naming the model; model-incompatible when its answer is not what its label table needs.
   */
  async probabilities(images: Float32Array, count: number, rows: number, columns: number): Promise<Float32Array> {
    const { signature, path, classes } = this
    if (signature === null) {
      const channels = images.length / (count * rows * columns)
      return this.run(OWN, images, [count, channels, rows, columns], [count, classes, rows, columns])
    }
    const answer = await this.answer(images, count, rows, columns)
    return classPlanes(answer, signature.output, { count, classes, pixels: rows * columns }, path)
  }

  /**
   * What the tensors of a network made elsewhere say, before it is read as classes.
   * @returns [count, channels, rows, columns]; of a label map [count, rows, columns].
   */
  async answer(images: Float32Array, count: number, rows: number, columns: number): Promise<Float32Array> {
    const { input, output } = this.signature!
    const pixels = rows * columns
    const channels = images.length / (count * pixels)
    const batch = input.batch ?? count
    const answers: Float32Array[] = []
    for (let first = 0; first < count; first += batch) {
      const part = images.subarray(first * channels * pixels, (first + batch) * channels * pixels)
      const shown = filled(copied(part, input.copies, pixels), batch * channels * input.copies * pixels)
      const inSizes = { N: batch, C: channels * input.copies, H: rows, W: columns }
      const outSizes = { ...inSizes, C: output.kind === 'labels' ? 1 : output.classes.length }
      const found = await this.run(
        { input: input.name, output: output.name },
        reordered(shown, 'NCHW', input.axes, inSizes),
        shapeOf(input.axes, inSizes),
        shapeOf(output.axes, outSizes),
      )
      const wanted = Math.min(batch, count - first) * outSizes.C * pixels
      answers.push(reordered(found, output.axes, 'NCHW', outSizes).subarray(0, wanted))
    }
    return answers.length === 1 ? answers[0]! : joined(answers)
  }

  private async run(
    names: { readonly input: string; readonly output: string },
    values: Float32Array,
    shape: readonly number[],
    answered: readonly number[],
  ): Promise<Float32Array> {
    const { [names.output]: result } = await this.session.run(
      { [names.input]: new Tensor('float32', values, shape) },
      { [names.output]: null },
    )
    const { data, dims } = result!
    if (dims.join() !== answered.join())
      throw new SagittaError(
        'model-incompatible',
        `${this.path} answers [${dims.join(', ')}]; its label table needs [${answered.join(', ')}].`,
        { path: this.path, dims },
      )
    const numbers = data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number | bigint>, Number)
    // One slice's sum shows any NaN or infinity in it, far cheaper than looking at each value twice.
    if (!Number.isFinite(numbers.reduce((sum, value) => sum + value, 0)))
      throw new SagittaError(
        'not-finite',
        `${this.path} answered with numbers that are not finite. Nothing was changed; use another model.`,
        { path: this.path },
      )
    return numbers
  }

  release(): Promise<void> {
    return this.session.release()
  }
}

/** Each plane `times` times, one after the other. */
function copied(planes: Float32Array, times: number, pixels: number): Float32Array {
  if (times === 1) return planes
  const out = new Float32Array(planes.length * times)
  for (let n = 0; n < planes.length / pixels; n++)
    for (let time = 0; time < times; time++)
      out.set(planes.subarray(n * pixels, (n + 1) * pixels), (n * times + time) * pixels)
  return out
}

/** With zeros up to `length`: a network of a fixed batch is always fed whole ones. */
function filled(values: Float32Array, length: number): Float32Array {
  if (values.length === length) return values
  const out = new Float32Array(length)
  out.set(values)
  return out
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
