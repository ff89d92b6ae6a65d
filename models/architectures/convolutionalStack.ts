// Convolutional encoder and decoder bodies that autoencoders and variational autoencoders share.
import { ModelError } from '../errors'
import { inScope, type Value } from '../ir'
import { reshape } from '../ops'
import { activate, type Activation } from '../layers/activation'
import type { Context } from '../layers/context'
import { convolution, upConvolution } from '../layers/convolution'
import { dense } from '../layers/dense'
import { normalise, type Normalisation } from '../layers/normalisation'
import { product } from '../layers/shape'

export interface ConvolutionalStack {
  /** [channels, ...space] of a sample. */
  readonly shape: readonly number[]
  readonly width: number
  readonly depth: number
  readonly convolutions: number
  /** Units of a dense layer between the stages and the code, on both sides; null: none. */
  readonly hidden: number | null
  readonly activation: Activation
  readonly normalisation: Normalisation
}

/** Groups of group normalisation here. */
const GROUPS = 8

/** Channels of a stage: 0 halves the resolution once. */
const channelsAt = ({ width }: ConvolutionalStack, stage: number) => width * 2 ** stage

/**
 * [N, C, ...space] to flat features [N, F]: `depth` stages of convolutions, the first of each with stride 2.
 * @throws ModelError shape-mismatch for sizes that don't divide.
 */
export function encodeConvolutional(stack: ConvolutionalStack, context: Context, image: Value): Value {
  const space = bottomSpace(stack)
  let x = image
  for (let stage = 0; stage < stack.depth; stage += 1)
    for (let i = 0; i < stack.convolutions; i += 1)
      x = unit(stack, context, `${stage}`, i, () =>
        convolution(context, x, channelsAt(stack, stage), { ...unitOptions(stack), stride: i === 0 ? 2 : 1 }),
      )
  return hiddenLayer(stack, context, reshape(x, [x.shape[0]!, channelsAt(stack, stack.depth - 1) * product(space)]))
}

/** A code [N, D] to the output layer's input [N, C, ...space] (before its activation). */
export function decodeConvolutional(stack: ConvolutionalStack, context: Context, code: Value): Value {
  const space = bottomSpace(stack)
  const bottom = channelsAt(stack, stack.depth - 1)
  const features = hiddenLayer(stack, context, code)
  const flat = inScope('spread', () =>
    activate(stack.activation, dense(context, features, bottom * product(space), { before: stack.activation })),
  )
  let x = reshape(flat, [code.shape[0]!, bottom, ...space])
  for (let stage = stack.depth - 1; stage >= 0; stage -= 1) {
    // The stage above has half the channels; the topmost keeps `width`.
    const channels = channelsAt(stack, Math.max(0, stage - 1))
    x = inScope(`${stage}.up`, () => upConvolution(context, x, channels))
    for (let i = 0; i < stack.convolutions; i += 1)
      x = unit(stack, context, `${stage}`, i, () => convolution(context, x, channels, unitOptions(stack)))
  }
  return inScope('output', () => convolution(context, x, stack.shape[0]!))
}

function hiddenLayer({ hidden, activation }: ConvolutionalStack, context: Context, x: Value): Value {
  if (hidden === null) return x
  return inScope('hidden', () => activate(activation, dense(context, x, hidden, { before: activation })))
}

const unitOptions = ({ activation, normalisation }: ConvolutionalStack) => ({
  before: activation,
  bias: normalisation === 'none',
})

function unit(stack: ConvolutionalStack, context: Context, stage: string, i: number, build: () => Value): Value {
  return inScope(stage, () => {
    const x = inScope(`conv${i}`, build)
    return activate(
      stack.activation,
      inScope(`norm${i}`, () => normalise(context, stack.normalisation, x, GROUPS)),
    )
  })
}

/** Spatial sizes after all halvings. */
function bottomSpace({ shape, depth }: ConvolutionalStack): readonly number[] {
  const space = shape.slice(1)
  const odd = space.find(size => size % 2 ** depth !== 0)
  if (odd !== undefined)
    throw new ModelError(
      'shape-mismatch',
      `Encoder input: ${space.join(' x ')} is halved ${depth} times, and ${odd} is no multiple of ${2 ** depth}. Resize or pad the images, or use fewer stages.`,
      { layer: 'encoder.0', shape },
    )
  return space.map(size => size / 2 ** depth)
}
