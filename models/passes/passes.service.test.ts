// Passes change no result: original and rewritten graph side by side on ONNX Runtime.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gradients } from '../autodiff'
import { createGraph, input, operatorsOf, type Graph, type TensorData, type Value } from '../ir'
import * as o from '../ops'
import { expectClose } from '../testing/compare'
import { runGraph } from '../testing/run'
import { channelBlock } from '#compute/runtime/channelBlock'
import { lower, type Lowering } from './index'

const wave = (value: Value): Float32Array =>
  Float32Array.from({ length: (value.shape as readonly number[]).reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.sin(3 * i + 1),
  )

async function expectSame(graph: Graph, lowering: Lowering): Promise<void> {
  const feeds: Record<string, TensorData> = Object.fromEntries(
    Object.entries(graph.inputs).map(([name, value]) => [name, wave(value)]),
  )
  const [before, after] = [await runGraph(graph, feeds), await runGraph(lower(lowering)(graph), feeds)]
  for (const name of Object.keys(graph.outputs)) {
    expect(after[name]!.shape).toEqual(before[name]!.shape)
    expectClose(after[name]!.data as Float32Array, before[name]!.data as Float32Array, 1e-5, name)
  }
}

describe('lowered graphs compute the same', () => {
  test('a small network and its gradients, for every target', async () => {
    const x = input('x', 'float32', [2, 3, 8, 8])
    const w = input('w', 'float32', [4, 3, 3, 3])
    const up = input('up', 'float32', [4, 2, 2, 2])
    const scale = input('scale', 'float32', [4])
    const features = o.maxPool(o.leakyRelu(o.instanceNorm(o.conv(x, w, null, { padding: 1 }), scale, scale)), 2)
    const logits = o.convTranspose(features, up, null, { stride: 2 })
    const loss = o.neg(o.reduceMean(o.slice(o.logSoftmax(logits), [1], [0], [1])))
    const [dw, du, ds] = gradients(loss, [w, up, scale])
    const graph = createGraph({ x, w, up, scale }, { loss, dw: dw!, du: du!, ds: ds! })
    expect(operatorsOf(lower({ target: 'cpu' })(graph)).length).toBeLessThan(operatorsOf(graph).length)
    for (const target of ['standard', 'cpu', 'webgpu'] as const) await expectSame(graph, { target })
  })

  test('three-dimensional transposed convolutions without ConvTranspose', async () => {
    const three = (min: number, max: number) => fc.array(fc.integer({ min, max }), { minLength: 3, maxLength: 3 })
    const subject = fc.record({
      groups: fc.integer({ min: 1, max: 2 }),
      kernel: three(1, 3),
      stride: three(1, 3),
      dilation: three(1, 2),
      before: three(0, 1),
      outputPadding: three(0, 1),
      tiled: fc.boolean(),
      bias: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(subject, async ({ groups, kernel, stride, dilation, before, outputPadding, tiled, bias }) => {
        const options = tiled
          ? { stride: kernel }
          : {
              groups,
              stride,
              dilation,
              padding: { before, after: [0, 0, 0] },
              // More than that a stride does not step over.
              outputPadding: outputPadding.map((n, i) => Math.min(n, stride[i]! - 1)),
            }
        const x = input('x', 'float32', [2, 2 * groups, 3, 2, 3])
        const w = input('w', 'float32', [2 * groups, 3, ...kernel])
        const b = input('b', 'float32', [3 * (options.groups ?? 1)])
        const y = o.convTranspose(x, w, bias ? b : null, options)
        await expectSame(createGraph(bias ? { x, w, b } : { x, w }, { y }), { target: 'webgpu' })
      }),
      { numRuns: 40, seed: 20240917 },
    )
  })

  test('blocked convolutions, whichever channels, kernels and strides they have', async () => {
    const block = await channelBlock()
    if (block === null) return console.warn('SKIPPED: this build of ONNX Runtime has no blocked convolutions.')
    const subject = fc.record({
      inputs: fc.constantFrom(block, 2 * block, block + 1),
      outputs: fc.constantFrom(block, 3 * block, 5),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      stride: fc.integer({ min: 1, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      padding: fc.integer({ min: 0, max: 2 }),
      bias: fc.boolean(),
    })
    let blocked = 0
    await fc.assert(
      fc.asyncProperty(subject, async ({ inputs, outputs, kernel, bias, ...window }) => {
        const x = input('x', 'float32', [2, inputs, 24, 26])
        const w = input('w', 'float32', [outputs, inputs, ...kernel])
        const b = input('b', 'float32', [outputs])
        const y = o.conv(x, w, bias ? b : null, window)
        const [dx] = gradients(o.reduceMean(o.mul(y, y)), [x])
        const graph = createGraph(bias ? { x, w, b } : { x, w }, { y, dx: dx! })
        blocked += operatorsOf(lower({ target: 'cpu', channelBlock: block })(graph)).filter(
          ({ op }) => op === 'BlockedConv',
        ).length
        await expectSame(graph, { target: 'cpu', channelBlock: block })
      }),
      { numRuns: 40, seed: 20240917 },
    )
    expect(blocked).toBeGreaterThan(20)
  })

  test('log-softmax along channels, leaky slopes and sums of squares on CPU', async () => {
    const x = input('x', 'float32', [2, 5, 8, 8])
    const y = o.leakyRelu(o.logSoftmax(x), 0.2)
    const loss = o.add(o.reduceSumSquare(y), o.reduceSum(o.logSoftmax(x, -1)))
    const [dx] = gradients(loss, [x])
    const graph = createGraph({ x }, { loss, dx: dx! })
    const left = operatorsOf(lower({ target: 'cpu' })(graph)).map(({ op }) => op)
    expect(left.filter(op => ['ReduceSumSquare', 'Greater'].includes(op))).toEqual([])
    expect(left.filter(op => op === 'LogSoftmax')).toHaveLength(1)
    await expectSame(graph, { target: 'cpu' })
  })

  test('or and logSoftmax', async () => {
    const x = input('x', 'float32', [4, 5])
    const either = o.or(o.greater(x, o.scalar(0.5)), o.less(x, o.scalar(-0.5)))
    const y = o.where(either, o.logSoftmax(x, 1), o.logSoftmax(o.mul(x, o.scalar(100)), 0))
    await expectSame(createGraph({ x }, { y }), { target: 'webgpu' })
  })
})
