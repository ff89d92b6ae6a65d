// A segmentation network as others write them: one convolution that says body where a pixel is brighter than air. Made by the test itself.
import { writeFile } from 'node:fs/promises'
import { createGraph, input } from '#models/ir/index'
import { toOnnx } from '#models/onnx/index'
import { constant, conv } from '#models/ops/index'

/** Of the scaled image: -1000 to 1000 HU become 0 to 1, so -300 HU. */
const LIMIT = 0.35
const STEEPNESS = 40

/** Fixed size, batch of one, logits of background and body: `x [1, 1, 128, 128]` to `scores [1, 2, 128, 128]`. */
export async function writeForeignModel(path: string): Promise<void> {
  const x = input('x', 'float32', [1, 1, 128, 128])
  const weights = constant(Float32Array.of(-STEEPNESS, STEEPNESS), [2, 1, 1, 1])
  const bias = constant(Float32Array.of(STEEPNESS * LIMIT, -STEEPNESS * LIMIT), [2])
  const metadata = { author: 'The test that wrote it', license: 'CC0-1.0' }
  await writeFile(path, toOnnx(createGraph({ x }, { scores: conv(x, weights, bias) }), { name: 'body', metadata }))
}
