// dLoss/dWeight of a convolution: one matrix product per kernel offset. What each form cost is in docs/engine-notes.md.
import { staticShape, type Value } from '../ir'
import type { ConvAttributes } from './conv'
import type { Ops } from './op'

/**
 * dW[o, c, k] = sum over batch and positions p of gradient[o, p] x[c, p stride + k dilation - pad].
 * @param x [batch, inputs, ...space]
 * @param gradient [batch, outputs, ...out]
 * @returns [outputs, inputs / groups, ...kernel]
 */
export function convWeightGradient(
  ops: Ops,
  x: Value,
  gradient: Value,
  kernel: readonly number[],
  attributes: ConvAttributes,
): Value {
  const { groups } = attributes
  const [, inputs] = staticShape(x, 'The gradient of a convolution')
  const [batch, outputs, ...out] = staticShape(gradient, 'The gradient of a convolution')
  if (groups === 1 && joins(batch!, outputs!, product(out), kernel))
    return joinedProduct(ops, x, gradient, kernel, attributes)
  const pairs = attributes.strides.every(stride => stride === 1)
    ? shiftedPairs(ops, x, gradient, kernel, attributes)
    : seenByOffset(ops, x, kernel, attributes, out).map(seen => [seen, gradient] as const)
  const products = pairs.map(([seen, grad]) => {
    const product = ops.matmul(rows(ops, seen, groups), ops.transpose(rows(ops, grad, groups), [0, 1, 3, 2]))
    return ops.unsqueeze(product, [0])
  })
  // [offsets, batch, groups, inputs / groups, outputs / groups]
  const summed = ops.reduceSum(ops.concat(products, 0), { axes: [1] })
  return ops.reshape(ops.transpose(summed, [1, 3, 2, 0]), [outputs!, inputs! / groups, ...kernel])
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)

/**
 * Whether one product over all offsets and images moves fewer elements than a product for each: it writes every position `kernel`
 * times, the others write every weight once for each image, sum them and transpose them.
 */
const joins = (batch: number, outputs: number, positions: number, kernel: readonly number[]): boolean =>
  product(kernel) > 1 && batch * positions <= outputs * (batch + 2)

/** dW [outputs, inputs kernel] = gradient [outputs, batch positions] times what each weight saw [inputs kernel, batch positions], transposed. */
function joinedProduct(
  ops: Ops,
  x: Value,
  gradient: Value,
  kernel: readonly number[],
  attributes: ConvAttributes,
): Value {
  const [batch, outputs, ...out] = gradient.shape as readonly number[]
  const inputs = x.shape[1] as number
  const swapped = [1, 0, ...out.map((_, i) => i + 2)]
  const columns = batch! * product(out)
  const seen = seenByOffset(ops, ops.transpose(x, swapped), kernel, attributes, out)
  const joined = ops.concat(seen.map(value => ops.reshape(value, [inputs, 1, columns])), 1) // prettier-ignore
  const rows = ops.reshape(ops.transpose(gradient, swapped), [outputs!, columns])
  const flat = ops.matmul(rows, ops.transpose(ops.reshape(joined, [inputs * product(kernel), columns]), [1, 0]))
  return ops.reshape(flat, [outputs!, inputs, ...kernel])
}

/** The input as each kernel offset sees it, in the size of the output; offsets with the last axis fastest. */
function seenByOffset(
  ops: Ops,
  x: Value,
  kernel: readonly number[],
  { strides, dilations, pads }: ConvAttributes,
  out: readonly number[],
): readonly Value[] {
  const axes = kernel.length
  const spatial = kernel.map((_, i) => i + 2)
  const padded = ops.pad(x, [0, 0, ...pads.slice(0, axes)], [0, 0, ...pads.slice(axes)])
  return offsets(kernel).map(offset => {
    const starts = offset.map((k, i) => k * dilations[i]!)
    const ends = starts.map((start, i) => start + (out[i]! - 1) * strides[i]! + 1)
    return ops.slice(padded, spatial, starts, ends, strides)
  })
}

/** For each kernel offset, the input as that offset sees it and the gradient it meets; both planes of one size. */
type Pairs = readonly (readonly [seen: Value, gradient: Value])[]

/** [batch, channels, ...space] as [batch, groups, channels / groups, positions] */
const rows = (ops: Ops, x: Value, groups: number): Value => {
  const [batch, channels, ...space] = x.shape as readonly number[]
  return ops.reshape(x, [batch!, groups, channels! / groups, space.reduce((a, b) => a * b, 1)])
}

/**
 * Stride 1. A sum over positions of a product does not care which factor moves, so the first axes move the gradient and the last
 * ones the input: a 3x3 kernel needs two shifted copies of each (the middle one is the tensor itself) where shifting the input
 * alone needs nine. A shift is a padding that is negative on the other side.
 */
function shiftedPairs(
  ops: Ops,
  x: Value,
  gradient: Value,
  kernel: readonly number[],
  attributes: ConvAttributes,
): Pairs {
  const { dilations, pads } = attributes
  const from = (x.shape as readonly number[]).slice(2)
  const to = (gradient.shape as readonly number[]).slice(2)
  const first = splitAxis(kernel, x.shape[1] as number, gradient.shape[1] as number)
  // Where position 0 of the output looks, for offset k of axis i.
  const start = (k: number, i: number) => k * dilations[i]! - pads[i]!
  const seen = offsets(kernel.slice(first)).map(offset => {
    const before = kernel.map((_, i) => (i < first ? 0 : -start(offset[i - first]!, i)))
    return moved(ops, x, before, before.map((n, i) => (i < first ? 0 : to[i]! - from[i]! - n))) // prettier-ignore
  })
  return offsets(kernel.slice(0, first)).flatMap(offset => {
    const before = kernel.map((_, i) => (i < first ? start(offset[i]!, i) : 0))
    const after = before.map((n, i) => (i < first ? from[i]! - to[i]! - n : 0))
    const grad = moved(ops, gradient, before, after)
    return seen.map(each => [each, grad] as const)
  })
}

const moved = (ops: Ops, x: Value, before: readonly number[], after: readonly number[]): Value =>
  ops.pad(x, [0, 0, ...before], [0, 0, ...after])

/** How many leading axes move the gradient, so that the fewest elements are copied. */
function splitAxis(kernel: readonly number[], inputs: number, outputs: number): number {
  const copies = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1) - 1
  const cost = (first: number) => outputs * copies(kernel.slice(0, first)) + inputs * copies(kernel.slice(first))
  return [...kernel.keys(), kernel.length].reduce((best, first) => (cost(first) < cost(best) ? first : best))
}

/** Every offset of a kernel, last axis fastest; one empty offset for no axes. */
export const offsets = (kernel: readonly number[]): readonly (readonly number[])[] =>
  kernel.reduce<readonly (readonly number[])[]>(
    (list, size) => list.flatMap(offset => Array.from({ length: size }, (_, k) => [...offset, k])),
    [[]],
  )
