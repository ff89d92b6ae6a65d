import { describe, expect, test } from 'vitest'
import { gradients } from '../autodiff'
import { createGraph, input, operatorsOf, printGraph, scalar, type Graph, type Value } from '../ir'
import * as o from '../ops'
import { mergeCommon } from './commonSubexpressions'
import { foldConstants } from './foldConstants'
import { pipeline } from './rewrite'
import { simplify } from './simplify'
import { lower, tidy } from './index'

const x = input('x', 'float32', [2, 3])
const graphOf = (y: Value): Graph => createGraph({ x }, { y })
const operators = (graph: Graph) => operatorsOf(graph).map(({ op }) => op)

describe('mergeCommon', () => {
  test('keeps one of what is computed twice, through several steps', () => {
    const twice = () => o.exp(o.mul(x, scalar(2)))
    expect(operators(mergeCommon(graphOf(o.add(twice(), twice()))))).toEqual(['Mul', 'Exp', 'Add'])
  })
  test('tells attributes, constants and inputs apart', () => {
    const y = input('y', 'float32', [2, 3])
    const parts = [
      o.leakyRelu(x, 0.1),
      o.leakyRelu(x, 0.2),
      o.leakyRelu(y, 0.1),
      o.mul(x, scalar(2)),
      o.mul(x, scalar(3)),
    ]
    const graph = createGraph({ x, y }, { sum: parts.reduce((a, b) => o.add(a, b)) })
    expect(operatorsOf(mergeCommon(graph))).toHaveLength(operatorsOf(graph).length)
  })
  test('keeps all outputs of an operator with several', () => {
    const [a] = o.split(x, [1, 2], 1)
    const [, b] = o.split(x, [1, 2], 1)
    expect(operators(mergeCommon(createGraph({ x }, { a: a!, b: b! })))).toEqual(['Split'])
  })
})

describe('foldConstants', () => {
  test('does arithmetic on scalars, rounded to float32', () => {
    const graph = foldConstants(graphOf(o.mul(x, o.sqrt(o.add(scalar(0.1), o.div(scalar(1), scalar(3)))))))
    expect(printGraph(graph)).toContain(
      `float32[](${Math.fround(Math.sqrt(Math.fround(Math.fround(0.1) + Math.fround(1 / 3))))})`,
    )
    expect(operators(graph)).toEqual(['Mul'])
  })
  test('leaves what is fed alone', () => expect(operators(foldConstants(graphOf(o.exp(x))))).toEqual(['Exp']))
})

describe('simplify', () => {
  test.each<readonly [string, Value, readonly string[]]>([
    ['adding 0', o.add(scalar(0), x), []],
    ['taking 0 away', o.sub(x, scalar(0)), []],
    ['0 minus x stays', o.sub(scalar(0), x), ['Sub']],
    ['times 1', o.mul(x, scalar(1)), []],
    ['1 over x stays', o.div(scalar(1), x), ['Div']],
    ['a neutral element that stretches stays', o.add(x, o.full([4, 2, 3], 0)), ['Add']],
    ['minus minus', o.neg(o.neg(x)), []],
    ['reshapes', o.reshape(o.reshape(x, [6]), [3, 2]), ['Reshape']],
    ['reshapes back', o.reshape(o.reshape(x, [6]), [2, 3]), []],
    ['transposes', o.transpose(o.transpose(x, [1, 0]), [1, 0]), []],
    ['stretching what broadcasts', o.mul(x, o.broadcastTo(o.reduceSum(x), [2, 3])), ['ReduceSum', 'Mul']],
    [
      'stretching that sets the shape stays',
      o.mul(o.broadcastTo(o.reduceSum(x), [2, 3]), scalar(3)),
      ['ReduceSum', 'Expand', 'Mul'],
    ],
  ])('%s', (_, y, expected) => expect(operators(simplify(graphOf(y)))).toEqual(expected))
})

describe('pipelines', () => {
  test('keep names, types and inputs', () => {
    const loss = o.reduceMean(o.mul(x, x))
    const [gradient] = gradients(loss, [x])
    const graph = createGraph({ x }, { loss, gradient: gradient! })
    const tidied = tidy(graph)
    expect(Object.keys(tidied.outputs)).toEqual(['loss', 'gradient'])
    expect(tidied.inputs).toBe(graph.inputs)
    expect(tidied.outputs.gradient!.shape).toEqual([2, 3])
    expect(operatorsOf(tidied).length).toBeLessThan(operatorsOf(graph).length)
  })
  test('run in order and may be empty', () => {
    const graph = graphOf(o.exp(x))
    expect(pipeline()(graph)).toBe(graph)
    expect(operators(pipeline(foldConstants, mergeCommon)(graph))).toEqual(['Exp'])
  })
  test('a shared node is rewritten once', () => {
    const shared = o.neg(o.neg(o.exp(x)))
    expect(operators(simplify(graphOf(o.add(shared, shared))))).toEqual(['Exp', 'Add'])
  })
})

describe('lowering for WebGPU', () => {
  test('leaves none of the operators the provider lacks', () => {
    const image = input('image', 'float32', [1, 2, 2, 2, 2])
    const w = input('w', 'float32', [2, 2, 2, 2, 2])
    const graph = createGraph(
      { x, image, w },
      {
        a: o.logSoftmax(x),
        b: o.or(o.greater(x, scalar(1)), o.less(x, scalar(0))),
        c: o.convTranspose(image, w, null, { stride: 2 }),
        d: o.convTranspose(image, w, null, { stride: 3, padding: 1 }),
      },
    )
    const left = operators(lower({ target: 'webgpu' })(graph))
    expect(left.filter(op => ['LogSoftmax', 'Or', 'ConvTranspose'].includes(op))).toEqual([])
    expect(operators(lower({ target: 'cpu' })(graph))).toContain('ConvTranspose')
  })
  test('leaves transposed convolutions of images alone', () => {
    const [image, w] = [input('image', 'float32', [1, 2, 2, 2]), input('w', 'float32', [2, 2, 2, 2])]
    const graph = createGraph({ image, w }, { y: o.convTranspose(image, w) })
    expect(operators(lower({ target: 'webgpu' })(graph))).toEqual(['ConvTranspose'])
  })
})
