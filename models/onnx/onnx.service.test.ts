// Files that ONNX Runtime itself opens: symbolic sizes, external weights, metadata, and the shapes it infers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { createGraph, input, type Graph } from '../ir'
import * as o from '../ops'
import { toOnnx, toOnnxExternal } from './index'

const weights = Float32Array.from({ length: 2 * 2 * 3 * 3 }, (_, i) => Math.sin(i))
const up = Float32Array.from({ length: 2 * 2 * 2 * 2 }, (_, i) => Math.cos(i))

/** A little U: its skip connection only fits when the symbolic sizes are worked out right. */
function segmenter(): Graph {
  const image = input('image', 'float32', ['batch', 2, 'height', 'width'])
  const w = input('w', 'float32', [2, 2, 3, 3])
  const u = input('u', 'float32', [2, 2, 2, 2])
  const [scale, bias] = [o.full([2], 1), o.full([2], 0)]
  const features = o.relu(o.groupNorm(o.conv(image, w, null, { padding: 1 }), 2, scale, bias))
  const below = o.convTranspose(o.maxPool(features, 2), u, null, { stride: 2 })
  return createGraph({ image, w, u }, { probabilities: o.softmax(o.concat([features, below])) })
}

describe('ONNX Runtime', () => {
  test('runs one file at several sizes and agrees on the shapes', async () => {
    const session = await InferenceSession.create(
      toOnnx(segmenter(), { name: 'segmenter', initializers: { w: weights, u: up } }),
    )
    expect(session.inputNames).toEqual(['image'])
    for (const [batch, height, width] of [
      [1, 8, 8],
      [3, 4, 12],
    ] as const) {
      const image = new Tensor(new Float32Array(batch * 2 * height * width).fill(0.5), [batch, 2, height, width])
      const { probabilities } = await session.run({ image })
      expect(probabilities!.dims).toEqual([batch, 4, height, width])
    }
    await session.release()
  })

  test('reads weights beside the model', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sagitta-onnx-'))
    try {
      const { model, external } = toOnnxExternal(segmenter(), 'segmenter.weights', {
        name: 'segmenter',
        initializers: { w: weights, u: up },
      })
      const file = new Uint8Array(Math.max(...external.map(({ offset, length }) => offset + length)))
      for (const { offset, data } of external) file.set(data, offset)
      await writeFile(join(folder, 'segmenter.weights'), file)
      await writeFile(join(folder, 'segmenter.onnx'), model)
      const image = new Tensor(
        Float32Array.from({ length: 2 * 8 * 8 }, (_, i) => Math.sin(i)),
        [1, 2, 8, 8],
      )
      const outside = await InferenceSession.create(join(folder, 'segmenter.onnx'))
      const inside = await InferenceSession.create(
        toOnnx(segmenter(), { name: 's', initializers: { w: weights, u: up } }),
      )
      const [a, b] = [await outside.run({ image }), await inside.run({ image })]
      expect(a.probabilities!.data).toEqual(b.probabilities!.data)
      await outside.release()
      await inside.release()
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
