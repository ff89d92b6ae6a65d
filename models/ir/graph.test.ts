import { describe, expect, test } from 'vitest'
import { add, conv, relu } from '../ops'
import { constant, createGraph, input, inScope, operatorsOf, printGraph, topologicalOrder } from './index'

describe('graphs', () => {
  const x = input('image', 'float32', [1, 1, 4, 4])
  const w = inScope('encoder.0', () => input('weight', 'float32', [2, 1, 3, 3]))

  test('print as text that reads top to bottom and names the layers', () => {
    const y = inScope('encoder', () => inScope('0', () => relu(conv(x, w, null, { padding: 1 }))))
    expect(printGraph(createGraph({ image: x, weight: w }, { y }))).toBe(
      [
        'input image : float32[1, 1, 4, 4]',
        'input weight : float32[2, 1, 3, 3]',
        '%0 = Conv(image, weight) {strides: 1,1, dilations: 1,1, pads: 1,1,1,1, groups: 1} : float32[1, 2, 4, 4]  # encoder.0',
        '%1 = Relu(%0) : float32[1, 2, 4, 4]  # encoder.0',
        'output y = %1 : float32[1, 2, 4, 4]',
      ].join('\n'),
    )
  })

  test('name an input that is needed and not listed', () => {
    expect(() => createGraph({ x }, { y: conv(x, w) })).toThrow('encoder.0.weight, which is not among its inputs')
  })

  test('refuse computed inputs, one input under two names, one name on both sides, and no outputs', () => {
    const y = relu(x)
    expect(() => createGraph({ y }, { z: y })).toThrow(/computed/)
    expect(() => createGraph({ a: x, b: x }, { y })).toThrow(/two names/)
    expect(() => createGraph({ x }, { x: y })).toThrow(/both an input and an output/)
    expect(() => createGraph({ x }, {})).toThrow(/at least one output/)
  })

  test('deep graphs are ordered without exhausting the stack', () => {
    let y = x
    for (let i = 0; i < 12_000; i++) y = add(y, x)
    expect(operatorsOf(createGraph({ x }, { y }))).toHaveLength(12_000)
  })

  test('every node comes after its inputs, and once', () => {
    const a = relu(x)
    const order = topologicalOrder([add(add(a, a), a)])
    expect(new Set(order).size).toBe(order.length)
    order.forEach((node, i) => node.inputs.forEach(value => expect(order.indexOf(value.node)).toBeLessThan(i)))
  })

  test('the scope ends with its build, also when it throws', () => {
    expect(() =>
      inScope('broken', () => {
        throw new RangeError('stop')
      }),
    ).toThrow('stop')
    expect(relu(x).scope).toBe('')
  })
})

describe('leaves', () => {
  test.each([[[0, 2]], [[-1]], [[1.5]], [[NaN]], [[2 ** 60]]])('an input of shape %s is refused', shape =>
    expect(() => input('x', 'float32', shape)).toThrow(/positive integer/),
  )
  test('a constant must fill its shape', () => {
    expect(() => constant(new Float32Array(3), [2, 2])).toThrow(/needs 4 elements and got 3/)
  })
})
