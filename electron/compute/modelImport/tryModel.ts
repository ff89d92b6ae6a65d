// One run of a model before it is taken in: sizes and ranges that its file leaves open show here, not on a patient's scan.
import { asSagittaError, SagittaError } from '#common/errors'
import type { CardProblem } from '#common/ipc/modelImport'
import { roundUp } from '#common/preprocessing/padding'
import { randomStream } from '#models/layers/random'
import { Network } from '../inference/network'
import type { Signature } from '../modelFile/metadata'
import type { ModelFile } from '../modelFile/readModel'

/** Rows and columns of a trial where the file leaves them open, rounded up to its multiple. */
const SIDE = 64

/** Channels, rows and columns that a model can be shown. */
export function trialSize({ metadata: { model } }: ModelFile): { channels: number; rows: number; columns: number } {
  const { multiple, neighbours, trained, exactSize } = model.network
  const side = roundUp(SIDE, multiple)
  const { rows, columns } = exactSize && trained ? trained : { rows: side, columns: side }
  return { channels: 1 + 2 * neighbours.count, rows, columns }
}

/**
 * @returns notices.
 * @throws model-incompatible when it does not run, answers in another shape, or with numbers that are not what its card says; not-finite.
 */
export async function tryModel(model: ModelFile): Promise<string[]> {
  const { channels, rows, columns } = trialSize(model)
  const random = randomStream(1, 'model trial')
  const image = Float32Array.from({ length: channels * rows * columns }, () => random.normal())
  const network = await Network.open(model, { provider: 'cpu', threads: null })
  try {
    const { signature } = model.metadata.model.network
    const answer = signature ? await network.answer(image, 1, rows, columns) : null
    if (signature && answer) checkRange(answer, signature.output, model.path)
    await network.probabilities(image, 1, rows, columns)
    return signature && answer ? noticesOf(answer, signature.output) : []
  } catch (thrown) {
    const error = asSagittaError(thrown)
    // Its answer has another shape: its numbers, its axes or its channels are others than the card says.
    if (error.code === 'model-incompatible' && error.details['dims'] !== undefined)
      throw withProblem(error, problem('answer', `${error.message} Check its numbers, its axes and its labels.`))
    if (error.code !== 'internal') throw error
    throw new SagittaError(
      'model-incompatible',
      `${model.path} does not run on an image of ${rows} rows and ${columns} columns: ${error.message} Check "multiple" and "size" of its card. Nothing was written.`,
      {
        path: model.path,
        ...{ rows, columns },
        problems: [problem('multiple', `It does not run on ${rows} x ${columns} pixels: ${error.message}`)],
      },
      { cause: thrown },
    )
  } finally {
    await network.release()
  }
}

const withProblem = ({ code, message, details }: SagittaError, found: CardProblem): SagittaError =>
  new SagittaError(code, message, { ...details, problems: [found] })

const problem = (field: CardProblem['field'], text: string): CardProblem => ({ field, text })

/** Rounding of a softmax in reduced precision stays within. */
const SLACK = 1e-3

function checkRange(answer: Float32Array, { kind }: Signature['output'], path: string): void {
  if (kind !== 'probabilities') return
  const [least, most] = rangeOf(answer)
  if (least >= -SLACK && most <= 1 + SLACK) return
  throw new SagittaError(
    'model-incompatible',
    `${path} answers from ${least.toPrecision(3)} to ${most.toPrecision(3)}, so these are no probabilities. Its card should say "answer": "logits". Nothing was written.`,
    {
      ...{ path, least, most },
      problems: [
        problem(
          'answer',
          `It answers from ${least.toPrecision(3)} to ${most.toPrecision(3)}: logits, not probabilities.`,
        ),
      ],
    },
  )
}

function noticesOf(answer: Float32Array, { kind, activation, classes }: Signature['output']): string[] {
  const [least, most] = rangeOf(answer)
  return [
    ...(kind === 'logits' && least >= 0 && most <= 1
      ? ['All its answers to a trial lie between 0 and 1: are they probabilities already?']
      : []),
    ...(kind !== 'labels' && activation === 'sigmoid' && classes.length > 1
      ? ['Its labels may overlap; a label map holds one per voxel, the most probable.']
      : []),
  ]
}

function rangeOf(values: Float32Array): [number, number] {
  let [least, most] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < least) least = value
    if (value > most) most = value
  }
  return [least, most]
}
