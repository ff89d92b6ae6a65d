// dLoss/dInput of max pooling from standard operators: the first maximum of each window takes the gradient, as in PyTorch.
import { staticShape, type Value } from '../ir'
import { offsets } from './convWeightGradient'
import type { Ops } from './op'
import type { PoolAttributes } from './pool'
import { zeroInsert } from './window'

/** @param x [batch, channels, ...space]  @param y and gradient [batch, channels, ...out] */
export function maxPoolGradient(ops: Ops, x: Value, y: Value, gradient: Value, attributes: PoolAttributes): Value {
  const { kernel, strides, pads } = attributes
  const apart = kernel.every((size, i) => size === strides[i] && size * (y.shape[i + 2] as number) === x.shape[i + 2])
  return apart && pads.every(pad => pad === 0)
    ? tiled(ops, x, y, gradient, kernel)
    : overlapping(ops, x, y, gradient, attributes)
}

/**
 * Windows that tile the input. Where x equals its window's maximum stands a rank that falls with the offset in the window; the
 * largest rank of a window marks its first maximum.
 */
function tiled(ops: Ops, x: Value, y: Value, gradient: Value, kernel: readonly number[]): Value {
  const up = (value: Value) => ops.upsample(value, kernel, 'nearest')
  const ranks = ops.constant(windowRanks((x.shape as readonly number[]).slice(2), kernel), [
    1,
    1,
    ...(x.shape as readonly number[]).slice(2),
  ])
  const mask = (condition: Value) => ops.cast(condition, x.dtype)
  const candidates = ops.mul(mask(ops.equal(x, up(y))), ranks)
  const winners = mask(ops.equal(candidates, up(ops.maxPool(candidates, kernel))))
  return ops.mul(winners, up(gradient))
}

/** For each position of a plane tiled by the window: window size - offset in its window, so 1 for the last and the largest for the first. */
function windowRanks(space: readonly number[], kernel: readonly number[]): Float32Array {
  const size = kernel.reduce((a, b) => a * b, 1)
  const ranks = new Float32Array(space.reduce((a, b) => a * b, 1))
  for (let position = 0; position < ranks.length; position++) {
    let rest = position
    let offset = 0
    let weight = 1
    for (let axis = space.length - 1; axis >= 0; axis--) {
      offset += ((rest % space[axis]!) % kernel[axis]!) * weight
      weight *= kernel[axis]!
      rest = Math.floor(rest / space[axis]!)
    }
    ranks[position] = size - offset
  }
  return ranks
}

/** Windows that overlap, leave gaps or reach over the edge: offset by offset, what is not yet taken. */
function overlapping(ops: Ops, x: Value, y: Value, gradient: Value, { kernel, strides, pads }: PoolAttributes): Value {
  const space = staticShape(x, 'The gradient of max pooling').slice(2)
  const out = staticShape(y, 'The gradient of max pooling').slice(2)
  const axes = kernel.length
  const padded = ops.pad(x, [0, 0, ...pads.slice(0, axes)], [0, 0, ...pads.slice(axes)], { value: -3.4e38 })
  const spatial = kernel.map((_, i) => i + 2)
  let free: Value | null = null
  let sum: Value | null = null
  for (const offset of offsets(kernel)) {
    const ends = offset.map((k, i) => k + (out[i]! - 1) * strides[i]! + 1)
    const equal = ops.equal(ops.slice(padded, spatial, offset, ends, strides), y)
    const wins: Value = free ? ops.and(equal, free) : equal
    free = free ? ops.and(free, ops.not(equal)) : ops.not(equal)
    const spread = spatial.reduce(
      (value, axis) => zeroInsert(ops, value, axis, strides[axis - 2]!),
      ops.where(wins, gradient, ops.scalar(0)),
    )
    const after = spatial.map((axis, i) => (padded.shape[axis] as number) - ends[i]!)
    const placed = ops.pad(spread, [0, 0, ...offset], [0, 0, ...after])
    sum = sum ? ops.add(sum, placed) : placed
  }
  const starts = pads.slice(0, axes)
  return pads.every(pad => pad === 0)
    ? sum!
    : ops.slice(
        sum!,
        spatial,
        starts,
        starts.map((start, i) => start + space[i]!),
      )
}
