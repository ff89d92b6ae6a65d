// Gradients where a finite difference says nothing: ties, kinks and bounds; and gradients of gradients.
import { describe, expect, test } from 'vitest'
import { gradients } from '../autodiff'
import { createGraph, input, type Value } from '../ir'
import { checkGradients } from '../testing/finiteDifferences'
import { runGraph } from '../testing/run'
import * as o from './index'

async function gradientOf(
  build: (x: Value) => Value,
  shape: readonly number[],
  data: readonly number[],
): Promise<number[]> {
  const x = input('x', 'float32', shape)
  const [gradient] = gradients(o.reduceSum(build(x)), [x])
  const { d } = await runGraph(createGraph({ x }, { d: gradient! }), { x: Float32Array.from(data) })
  return Array.from(d!.data as Float32Array)
}

describe('ties and kinks', () => {
  test('the first maximum of a window takes the gradient, as in PyTorch', async () => {
    const tied = [1, 1, 1, 1, 0, 2, 2, 0]
    expect(await gradientOf(x => o.maxPool(x, 2), [1, 1, 2, 4], [1, 1, 3, 1, 0, 1, 3, 0])).toEqual([
      1, 0, 1, 0, 0, 0, 0, 0,
    ])
    expect(await gradientOf(x => o.maxPool(x, 4), [1, 1, 8], tied)).toEqual([1, 0, 0, 0, 0, 1, 0, 0])
    // Windows 0-1, 1-2, ..., 6-7
    expect(await gradientOf(x => o.maxPool(x, 2, { stride: 1 }), [1, 1, 8], tied)).toEqual([1, 1, 1, 1, 0, 2, 1, 0])
  })
  test('so it does in three dimensions', async () => {
    expect(await gradientOf(x => o.maxPool(x, 2), [1, 1, 2, 2, 2], [0, 0, 5, 5, 5, 0, 0, 5])).toEqual([
      0, 0, 1, 0, 0, 0, 0, 0,
    ])
  })
  test('padding never takes a gradient', async () => {
    expect(await gradientOf(x => o.maxPool(x, 3, { stride: 2, padding: 1 }), [1, 1, 4], [-5, -6, -7, -8])).toEqual([
      1, 1, 0, 0,
    ])
  })
  test('equal operands of min and max share', async () => {
    expect(await gradientOf(x => o.max(x, o.scalar(1)), [3], [0, 1, 2])).toEqual([0, 0.5, 1])
    expect(await gradientOf(x => o.min(x, o.scalar(1)), [3], [0, 1, 2])).toEqual([1, 0.5, 0])
  })
  test('tied maxima of a reduction share', async () => {
    expect(await gradientOf(x => o.reduceMax(x, { axes: [1] }), [2, 3], [4, 4, 1, 0, 2, 0])).toEqual([
      0.5, 0.5, 0, 0, 1, 0,
    ])
  })
  test('relu and abs have gradient 0 at 0, clip passes at its bounds', async () => {
    expect(await gradientOf(o.relu, [3], [-1, 0, 1])).toEqual([0, 0, 1])
    expect(await gradientOf(o.abs, [3], [-1, 0, 1])).toEqual([-1, 0, 1])
    expect(await gradientOf(x => o.clip(x, -1, 1), [5], [-2, -1, 0, 1, 2])).toEqual([0, 1, 1, 1, 0])
  })
  test('NaN in the data stays NaN in the gradient', async () => {
    expect(await gradientOf(x => o.mul(x, x), [2], [NaN, 1])).toEqual([NaN, 2])
  })
})

describe('gradients of gradients', () => {
  const ramp = (shape: readonly number[]) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i) / 2 + 0.05),
  })
  const second = (build: (operands: readonly Value[]) => Value) => (operands: readonly Value[]) =>
    gradients(o.reduceSum(build(operands)), [operands[0]!])[0]!

  test('of what networks are made of', async () => {
    await checkGradients(
      second(([x]) => o.tanh(x!)),
      [ramp([5])],
    )
    await checkGradients(
      second(([x, w]) => o.sigmoid(o.conv(x!, w!, null, { padding: 1 }))),
      [ramp([1, 2, 3, 3]), ramp([2, 2, 3, 3])],
    )
    await checkGradients(
      second(([x, w]) => o.softplus(o.linear(x!, w!))),
      [ramp([3, 4]), ramp([2, 4])],
    )
    await checkGradients(
      second(([x]) => o.mul(o.softmax(x!), x!)),
      [ramp([2, 4])],
    )
  })
})
