// What a network made elsewhere answers, as one plane per class: background first, then the labels of its table. The largest wins later.
import { SagittaError } from '#common/errors'
import type { Signature } from '../modelFile/metadata'

export interface AnswerSize {
  /** Images. */
  readonly count: number
  /** Labels and background. */
  readonly classes: number
  /** Of one plane. */
  readonly pixels: number
}

/**
 * @param answer [count, channels, pixels]; of a label map [count, pixels].
 * @returns [count, classes, pixels]: probabilities; for a label map 1 at its class and 0 elsewhere. Where several channels stand for a
 *   class, the most probable speaks for it. Under sigmoid the background is as probable as the threshold: labels above it win.
 * @throws model-incompatible naming a label number that the model's card does not know.
 */
export function classPlanes(
  answer: Float32Array,
  output: Signature['output'],
  { count, classes, pixels }: AnswerSize,
  path: string,
): Float32Array {
  const planes = new Float32Array(count * classes * pixels)
  const channels = output.kind === 'labels' ? 1 : output.classes.length
  for (let n = 0; n < count; n++) {
    const from = answer.subarray(n * channels * pixels, (n + 1) * channels * pixels)
    const to = planes.subarray(n * classes * pixels, (n + 1) * classes * pixels)
    if (output.kind === 'labels') fromLabels(from, output, to, pixels, path)
    else fromChannels(output.kind === 'logits' ? activated(from, output, pixels) : from, output, to, pixels)
  }
  return planes
}

function fromChannels(channels: Float32Array, output: Signature['output'], to: Float32Array, pixels: number): void {
  if (output.activation === 'sigmoid') to.fill(output.threshold, 0, pixels)
  for (const { index, class: found } of output.classes)
    for (let n = 0; n < pixels; n++) {
      const value = channels[index * pixels + n]!
      const at = found * pixels + n
      if (value > to[at]!) to[at] = value
    }
}

function fromLabels(
  labels: Float32Array,
  output: Signature['output'],
  to: Float32Array,
  pixels: number,
  path: string,
): void {
  const classOf = new Map(output.classes.map(({ index, class: found }) => [index, found]))
  for (let n = 0; n < pixels; n++) {
    const found = classOf.get(labels[n]!)
    if (found === undefined)
      throw new SagittaError(
        'model-incompatible',
        `${path} answered with the label number ${labels[n]}, which its card does not name (${[...classOf.keys()].join(', ')}). ` +
          'Nothing was changed. Import the model again with a card that says what the number stands for.',
        { path, number: labels[n] },
      )
    to[found * pixels + n] = 1
  }
}

function activated(logits: Float32Array, { activation, classes }: Signature['output'], pixels: number): Float32Array {
  return activation === 'sigmoid'
    ? logits.map(value => 1 / (1 + Math.exp(-value)))
    : softmax(logits, classes.length, pixels)
}

/** Over channels; the largest is taken off first, so that no exponential overflows. */
function softmax(logits: Float32Array, channels: number, pixels: number): Float32Array {
  const out = new Float32Array(logits.length)
  for (let n = 0; n < pixels; n++) {
    let most = -Infinity
    for (let c = 0; c < channels; c++) most = Math.max(most, logits[c * pixels + n]!)
    let sum = 0
    for (let c = 0; c < channels; c++) sum += out[c * pixels + n] = Math.exp(logits[c * pixels + n]! - most)
    for (let c = 0; c < channels; c++) out[c * pixels + n]! /= sum
  }
  return out
}
