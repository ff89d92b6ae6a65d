// Gradients against central differences of the forward graph on ONNX Runtime: an oracle that knows no rule of differentiation.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect } from 'vitest'
import { gradients } from '../autodiff'
import { createGraph, input, type Value } from '../ir'
import { toOnnx } from '../onnx'
import { expectClose } from './compare'

export interface Operand {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const STEP = 0.02
// Float32 sums and the fourth-order rule leave about 1e-4; a wrong rule is off by far more.
const TOLERANCE = 3e-3

/**
 * Checks dObjective/dOperand of `build` for every element of every operand, the objective being the output weighed by a ramp, and
 * that the runtime gives the output the shape that was inferred.
 */
export async function checkGradients(
  build: (operands: readonly Value[]) => Value,
  operands: readonly Operand[],
): Promise<void> {
  const values = operands.map(({ shape }, i) => input(`x${i}`, 'float32', shape))
  const y = build(values)
  const weights = input('weights', 'float32', y.shape)
  const named = Object.fromEntries(values.map((value, i) => [`x${i}`, value]))
  const forward = await open(toOnnx(createGraph(named, { y }), { name: 'forward' }))
  const handed = gradients(y, values, weights)
  const backward = await open(
    toOnnx(createGraph({ ...named, weights }, Object.fromEntries(handed.map((value, i) => [`d${i}`, value]))), {
      name: 'backward',
    }),
  )
  try {
    const feeds = Object.fromEntries(operands.map(({ shape, data }, i) => [`x${i}`, new Tensor(data.slice(), shape)]))
    const first = (await forward.run(feeds)).y!
    expect(first.dims, 'shape').toEqual(y.shape)
    const ramp = Float32Array.from(first.data as Float32Array, (_, i) => Math.sin(i + 1) + 1.5)
    const found = await backward.run({ ...feeds, weights: new Tensor(ramp, first.dims) })
    for (const [i, operand] of operands.entries()) {
      const elements = feeds[`x${i}`]!.data
      const objective = async (element: number, value: number) => {
        elements[element] = value
        const outcome = (await forward.run(feeds)).y!.data as Float32Array
        elements[element] = operand.data[element]!
        return outcome.reduce((sum, each, j) => sum + each * ramp[j]!, 0)
      }
      const slopes: number[] = []
      for (let j = 0; j < elements.length; j++) {
        const at = (steps: number) => objective(j, operand.data[j]! + steps * STEP)
        // Fourth-order central difference (Fornberg 1988, table 1)
        slopes.push((8 * ((await at(1)) - (await at(-1))) - ((await at(2)) - (await at(-2)))) / (12 * STEP))
      }
      expectClose(found[`d${i}`]!.data as Float32Array, slopes, TOLERANCE, `gradient ${i}`)
    }
  } finally {
    await forward.release()
    await backward.release()
  }
}

const open = (model: Uint8Array) => InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 })
