// Arrays to tensors at a program's border: every input named, of the right type and size, before ONNX Runtime sees it.
import { Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'
import type { TensorSpec } from '#models/programs/types'

export type FeedArray = Float32Array | Int32Array

/** By input name; the shape only where the program leaves axes open. */
export type Feeds = Readonly<
  Record<string, FeedArray | { readonly data: FeedArray; readonly shape: readonly number[] }>
>

/** @throws shape-mismatch naming the input that is missing, unknown, or of another type or size. */
export function tensorsOf(specs: readonly TensorSpec[], feeds: Feeds): Record<string, Tensor> {
  const unknown = Object.keys(feeds).find(name => !specs.some(spec => spec.name === name))
  if (unknown !== undefined) throw mismatch(unknown, 'is not an input of this program')
  return Object.fromEntries(specs.map(spec => [spec.name, tensorOf(spec, feeds[spec.name])]))
}

function tensorOf(spec: TensorSpec, feed: Feeds[string] | undefined): Tensor {
  if (feed === undefined) throw mismatch(spec.name, `was not given; it is ${spec.dtype} ${show(spec.shape)}`)
  const { data, shape } = 'data' in feed ? feed : { data: feed, shape: spec.shape }
  const fits =
    shape.length === spec.shape.length &&
    shape.every((size, axis) => typeof spec.shape[axis] === 'string' || spec.shape[axis] === size)
  const sizes = shape.map(Number)
  if (!fits || sizes.some(Number.isNaN) || sizes.reduce((a, b) => a * b, 1) !== data.length)
    throw mismatch(spec.name, `has ${data.length} numbers as ${show(shape)}; the program wants ${show(spec.shape)}`)
  if (spec.dtype === 'float32' && data instanceof Float32Array) return new Tensor('float32', data, sizes)
  if (spec.dtype === 'int32' && data instanceof Int32Array) return new Tensor('int32', data, sizes)
  throw mismatch(spec.name, `is ${data.constructor.name}; the program wants ${spec.dtype}`)
}

const show = (shape: TensorSpec['shape']): string => `[${shape.join(', ')}]`

const mismatch = (name: string, what: string): SagittaError =>
  new SagittaError('shape-mismatch', `Input ${name} ${what}.`, { tensor: name })
