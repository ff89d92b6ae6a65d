// Forward and gradients of every operator case against PyTorch in float64 (../shared/golden/torch-ops.json), within 1e-4 relative.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { gradients } from '../autodiff'
import { constant, createGraph, input, type Value } from '../ir'
import { expectClose } from '../testing/compare'
import { runGraph } from '../testing/run'
import * as o from './index'

interface Tensor {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}
interface Case {
  readonly name: string
  readonly attrs: {
    readonly pads?: number
    readonly stride?: number
    readonly dilation?: number
    readonly groups?: number
  }
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly gradients: readonly Tensor[]
}
type Build = (inputs: readonly Value[], attrs: Case['attrs'], name: string) => Value

const conv: Build = ([x, w, b], { pads = 0, stride = 1, dilation = 1, groups = 1 }) =>
  o.conv(x!, w!, b, { padding: pads, stride, dilation, groups })
const convTranspose: Build = ([x, w, b], { stride = 1 }) => o.convTranspose(x!, w!, b, { stride })
const one = o.scalar(1)

/** [batch, classes, ...space] one-hot codes from the labels a case's name lists. */
const codes = (name: string, logits: Value): Value => {
  const [batch, classes, ...space] = logits.shape as readonly number[]
  return o.oneHot(constant(Int32Array.from(numbersIn(name)), [batch!, ...space]), classes!)
}
const numbersIn = (name: string): readonly number[] => JSON.parse(/\[.*\]/.exec(name)![0]) as number[]
let labels = ''

// Keys are how the names of cases begin.
const CASES: Readonly<Record<string, Build>> = {
  conv2d: conv,
  'conv2d stride2': conv,
  'conv2d dilation2': conv,
  'conv2d groups2': conv,
  conv3d: conv,
  convTranspose2d: convTranspose,
  convTranspose3d: convTranspose,
  maxPool2d: ([x]) => o.maxPool(x!, 2),
  maxPool3d: ([x]) => o.maxPool(x!, 2),
  avgPool2d: ([x]) => o.averagePool(x!, 2),
  instanceNorm: ([x, scale, bias]) => o.instanceNorm(x!, scale!, bias!),
  groupNorm: ([x, scale, bias]) => o.groupNorm(x!, 2, scale!, bias!),
  batchNorm: ([x, scale, bias]) => o.batchNorm(x!, scale!, bias!).y,
  layerNorm: ([x, scale, bias]) => o.layerNorm(x!, scale!, bias!),
  linear: ([x, w, b]) => o.linear(x!, w!, b),
  relu: ([x]) => o.relu(x!),
  leakyRelu: ([x]) => o.leakyRelu(x!),
  elu: ([x]) => o.elu(x!),
  gelu: ([x]) => o.gelu(x!),
  silu: ([x]) => o.silu(x!),
  sigmoid: ([x]) => o.sigmoid(x!),
  tanh: ([x]) => o.tanh(x!),
  softplus: ([x]) => o.softplus(x!),
  softmax: ([x]) => o.softmax(x!, 1),
  logSoftmax: ([x]) => o.logSoftmax(x!, 1),
  'upsample nearest': ([x]) => o.upsample(x!, 2, 'nearest'),
  'upsample bilinear': ([x]) => o.upsample(x!, 2, 'linear'),
  crossEntropy: ([x], _, name) => {
    labels = name
    const chosen = o.reduceSum(o.mul(o.logSoftmax(x!, 1), codes(name, x!)), { axes: [1] })
    return o.neg(o.reduceMean(chosen))
  },
  bceWithLogits: ([x], _, name) => {
    const target = constant(Float32Array.from(numbersIn(name)), x!.shape as readonly number[])
    return o.reduceMean(o.sub(o.softplus(x!), o.mul(x!, target)))
  },
  softDice: ([x]) => {
    const foreground = (value: Value) => o.slice(value, [1], [1], [o.TO_END])
    const [p, t] = [foreground(o.softmax(x!, 1)), foreground(codes(labels, x!))]
    const sum = (value: Value) => o.reduceSum(value, { axes: [0, 2, 3] })
    const dice = o.div(o.add(o.mul(sum(o.mul(p, t)), o.scalar(2)), one), o.add(o.add(sum(p), sum(t)), one))
    return o.sub(one, o.reduceMean(dice))
  },
  klDiagonal: ([mu, logvar]) => {
    const terms = o.sub(o.sub(o.add(o.mul(mu!, mu!), o.exp(logvar!)), one), logvar!)
    return o.reduceMean(o.mul(o.reduceSum(terms, { axes: [1] }), o.scalar(0.5)))
  },
  // trace(C C^T) is the sum of the squares of C; log det is twice the sum of the logarithms of its diagonal.
  klFull: ([mu, c]) => {
    const diagonal = constant(BigInt64Array.from([0n, 2n, 5n, 9n]), [4])
    const below = constant(BigInt64Array.from([1n, 3n, 4n, 6n, 7n, 8n]), [6])
    const [logs, rest] = [o.gather(c!, diagonal, 1), o.gather(c!, below, 1)]
    const square = (value: Value) => o.reduceSum(o.mul(value, value), { axes: [1] })
    const determinant = o.mul(o.reduceSum(logs, { axes: [1] }), o.scalar(2))
    const terms = o.sub(o.add(square(mu!), o.add(square(o.exp(logs)), square(rest))), o.add(determinant, o.scalar(4)))
    return o.reduceMean(o.mul(terms, o.scalar(0.5)))
  },
}

/** The longest key the name begins with. */
const builder = (name: string): Build | undefined =>
  CASES[
    Object.keys(CASES)
      .filter(key => name.startsWith(key))
      .sort((a, b) => b.length - a.length)[0] ?? ''
  ]

const FILE = new URL('../../../shared/golden/torch-ops.json', import.meta.url)
const present = existsSync(FILE)
if (!present) console.warn('SKIPPED: operators against PyTorch. ../shared/golden/torch-ops.json is not there.')

describe.skipIf(!present)('PyTorch', () => {
  const { cases } = present ? (JSON.parse(readFileSync(FILE, 'utf8')) as { cases: readonly Case[] }) : { cases: [] }

  test('every case of the file is built here', () => {
    expect(cases.filter(({ name }) => !builder(name)).map(({ name }) => name)).toEqual([])
    expect(cases.length).toBeGreaterThanOrEqual(32)
  })

  test.each(cases.map(each => [each.name, each] as const))(
    '%s',
    async (name, { attrs, inputs, output, gradients: expected }) => {
      const values = inputs.map(({ shape }, i) => input(`in${i}`, 'float32', shape))
      const y = builder(name)!(values, attrs, name)
      const size = output.data.length
      const ramp = constant(
        Float32Array.from({ length: size }, (_, i) => (i + 1) / size),
        y.shape as readonly number[],
      )
      const handed = gradients(y, values, ramp)
      const graph = createGraph(
        Object.fromEntries(values.map((value, i) => [`in${i}`, value])),
        Object.fromEntries([['y', y], ...handed.map((value, i) => [`d${i}`, value] as const)]),
      )
      const results = await runGraph(
        graph,
        Object.fromEntries(inputs.map(({ data }, i) => [`in${i}`, Float32Array.from(data)])),
      )
      expectClose(results.y!.data as Float32Array, output.data, 1e-4, 'output')
      expected.forEach(({ data }, i) =>
        expectClose(results[`d${i}`]!.data as Float32Array, data, 1e-4, `gradient ${i}`),
      )
    },
  )
})
