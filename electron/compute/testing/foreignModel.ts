// Segmentation models as others write them: other names, other axes, fixed sizes, logits or label maps. One rule, so that every answer is known.
import { writeFile } from 'node:fs/promises'
import type { ImportCardInput } from '#common/ipc/modelImport'
import { createGraph, input, type Dim, type Value } from '#models/ir/index'
import { toOnnx } from '#models/onnx/index'
import { argMax, concat, constant, conv, mul, scalar, sigmoid, softmax, sub, transpose } from '#models/ops/index'

export interface ForeignModel {
  readonly axes?: string
  readonly batch?: Dim
  readonly size?: readonly [Dim, Dim]
  /** Of the input; only the middle one decides. */
  readonly channels?: number
  readonly answer?: 'logits' | 'probabilities' | 'labels'
  readonly activation?: 'softmax' | 'sigmoid'
  readonly opset?: number
}

/**
 * A network that says yes where the pixel to the left (one column before, as the network sees it) is above 0.5: it shows which way
 * columns run. Softmax: channels no and yes. Sigmoid: channels "left above 0.5" and "left above 0.8".
 */
export async function foreignModel(path: string, options: ForeignModel = {}): Promise<string> {
  const { axes = 'NCHW', batch = 1, size = [64, 64], channels = 1, opset = 18 } = options
  const sizes: Record<string, Dim> = { N: batch, C: channels, H: size[0], W: size[1] }
  const given = input(
    'input.1',
    'float32',
    [...axes].map(letter => sizes[letter]!),
  )
  const image = moved(given, axes, 'NCHW')
  const weights = new Float32Array(channels * 9)
  weights[Math.floor(channels / 2) * 9 + 3] = 1
  const left = conv(image, constant(weights, [1, channels, 3, 3]), null, { padding: 1 })
  const answer = answerOf(left, options)
  const named = answer.rank === 4 ? moved(answer, 'NCHW', axes) : answer
  await writeFile(path, toOnnx(createGraph({ 'input.1': given }, { 'output.7': named }), { name: 'main_graph', opset }))
  return path
}

function answerOf(left: Value, { answer = 'logits', activation = 'softmax' }: ForeignModel): Value {
  const above = (limit: number) => mul(sub(left, scalar(limit)), scalar(20))
  if (activation === 'sigmoid') {
    const logits = concat([above(0.5), above(0.8)])
    return answer === 'probabilities' ? sigmoid(logits) : logits
  }
  const logits = concat([mul(above(0.5), scalar(-1)), above(0.5)])
  if (answer === 'labels') return argMax(logits, 1)
  return answer === 'probabilities' ? softmax(logits, 1) : logits
}

const moved = (x: Value, from: string, to: string): Value =>
  from === to
    ? x
    : transpose(
        x,
        [...to].map(letter => from.indexOf(letter)),
      )

/** Fits `foreignModel({})`: values 0 to 100 become 0 to 1. */
export const FOREIGN_CARD: ImportCardInput = {
  name: 'Left',
  modality: 'CT',
  licence: 'MIT',
  source: 'Written for tests.',
  axes: 'NCHW',
  answer: 'logits',
  activation: 'softmax',
  labels: [
    { value: 0, name: 'no' },
    { value: 7, name: 'yes', color: '#ff0000' },
  ],
  orientation: 'LPS',
  spacingMm: [null, null, null],
  clip: [0, 100],
  normalization: { low: 0, high: 100 },
}
