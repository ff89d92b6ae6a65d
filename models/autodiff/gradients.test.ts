import { describe, expect, test } from 'vitest'
import { constantData, input, inScope, operatorsOf, createGraph, scalar } from '../ir'
import * as o from '../ops'
import { gradients } from './gradients'

const x = input('x', 'float32', [2, 3])

describe('gradients', () => {
  test('have the shape of what they belong to', () => {
    const w = input('w', 'float32', [4, 3])
    const b = input('b', 'float32', [4])
    const found = gradients(o.reduceMean(o.linear(x, w, b)), [x, w, b])
    expect(found.map(({ shape }) => shape)).toEqual([[2, 3], [4, 3], [4]]) // prettier-ignore
  })

  test('are zeros where the loss does not depend on a value, or only through comparisons', () => {
    const y = input('y', 'float32', [2, 3])
    const [unused, compared] = gradients(o.reduceSum(o.cast(o.greater(x, o.scalar(0)), 'float32')), [y, x])
    for (const zero of [unused!, compared!])
      expect(Array.from(constantData(zero)! as Float32Array)).toEqual(Array(6).fill(0))
  })

  test('add up over the ways a value is used', () => {
    const [gradient] = gradients(o.reduceSum(o.add(x, o.add(x, x))), [x])
    // ones + ones + ones
    const operators = operatorsOf(createGraph({ x }, { gradient: gradient! })).map(({ op }) => op)
    expect(operators.filter(op => op === 'Add')).toHaveLength(2)
  })

  test('of intermediate values stop there', () => {
    const hidden = o.exp(x)
    const [gradient] = gradients(o.reduceSum(o.mul(hidden, hidden)), [hidden])
    const operators = operatorsOf(createGraph({ x }, { gradient: gradient! })).map(({ op }) => op)
    expect(operators.filter(op => op === 'Exp')).toHaveLength(1)
  })

  test('carry the scope of what they differentiate', () => {
    const y = inScope('decoder.0', () => o.exp(x))
    const [gradient] = gradients(o.reduceSum(y), [x])
    expect(gradient!.scope).toBe('decoder.0')
  })

  test('need one number to start from', () => {
    expect(() => gradients(o.exp(x), [x])).toThrow(/reduce it to one number first/)
    expect(() => gradients(o.argMax(x, 0), [x])).toThrow(/only floating values/)
    expect(gradients(o.exp(x), [x], x)[0]!.shape).toEqual([2, 3])
    expect(gradients(scalar(1), [x])[0]!.shape).toEqual([2, 3])
  })

  test('say which sizes must be known', () => {
    const open = input('image', 'float32', ['n', 3])
    expect(() => gradients(o.reduceMean(open), [open])).toThrow(/sizes known in advance and got \[n, 3\]/)
  })
})
