// Shape rules: what comes out, and how a refusal names the layer and the shapes.
import { describe, expect, test } from 'vitest'
import { ModelError } from '../errors'
import { constant, input, inScope, type DType, type Shape, type Value } from '../ir'
import * as o from './index'

const x = (shape: Shape, dtype: DType = 'float32'): Value => input('x', dtype, shape)
const conv = (image: Shape, weight: readonly number[], options: o.ConvOptions = {}) =>
  o.conv(x(image), x(weight), null, options)

describe('shapes', () => {
  test.each<readonly [string, () => Value, Shape]>([
    ['add broadcasts both ways', () => o.add(x([3, 1, 4]), x([2, 1])), [3, 2, 4]],
    ['add keeps symbols', () => o.add(x(['n', 3, 'h']), x([3, 1])), ['n', 3, 'h']],
    ['conv valid', () => conv([2, 3, 8, 9], [4, 3, 3, 3]), [2, 4, 6, 7]],
    ['conv same, even kernel', () => conv([1, 1, 8], [1, 1, 4], { padding: 'same' }), [1, 1, 8]],
    ['conv stride, dilation', () => conv([1, 1, 11, 11], [1, 1, 3, 3], { stride: 2, dilation: [1, 2] }), [1, 1, 5, 4]],
    ['conv groups', () => conv([1, 4, 5, 5], [6, 2, 1, 1], { groups: 2 }), [1, 6, 5, 5]],
    ['conv of symbolic space', () => conv(['n', 1, 'h', 'w'], [8, 1, 3, 3], { padding: 1 }), ['n', 8, 'h', 'w']],
    ['conv 3-D', () => conv([1, 1, 4, 5, 6], [2, 1, 3, 3, 3], { padding: 1 }), [1, 2, 4, 5, 6]],
    [
      'convTranspose undoes the size',
      () => o.convTranspose(x([1, 4, 5, 6]), x([4, 2, 2, 2]), null, { stride: 2 }),
      [1, 2, 10, 12],
    ],
    [
      'pool then upsample of symbols',
      () => o.upsample(o.maxPool(x(['n', 2, 'h', 'w']), 2), 2, 'nearest'),
      ['n', 2, 'h', 'w'],
    ],
    [
      'a skip connection of symbols',
      () =>
        o.concat([
          x(['n', 2, 'h']),
          o.convTranspose(o.maxPool(x(['n', 2, 'h']), 2), x([2, 2, 2]), null, { stride: 2 }),
        ]),
      ['n', 4, 'h'],
    ],
    ['pool drops what does not fill a window', () => o.averagePool(x([1, 1, 7]), 2), [1, 1, 3]],
    ['reshape works out a size', () => o.reshape(x([4, 6]), [3, -1]), [3, 8]],
    ['reshape keeps a symbol', () => o.reshape(x(['n', 4, 6]), ['n', -1]), ['n', 24]],
    ['transpose', () => o.transpose(x([1, 2, 3]), [2, 0, 1]), [3, 1, 2]],
    ['slice from the end', () => o.slice(x([10]), [0], [-4], [-1]), [3]],
    ['slice backwards', () => o.slice(x([10]), [0], [8], [1], [-3]), [3]],
    ['slice of a symbol', () => o.slice(x(['n', 'h']), [1], [1], [-1]), ['n', 'h-2']],
    ['pad that cuts', () => o.pad(x([5, 5]), [1, -2], [0, 1]), [6, 4]],
    ['matmul batches broadcast', () => o.matmul(x([2, 1, 3, 4]), x([5, 4, 6])), [2, 5, 3, 6]],
    ['linear keeps leading axes', () => o.linear(x([2, 7, 4]), x([3, 4]), x([3])), [2, 7, 3]],
    ['reduce', () => o.reduceMean(x([2, 3, 4]), { axes: [-1, 0] }), [3]],
    ['reduce keeps axes', () => o.reduceSum(x(['n', 3, 'h']), { axes: [2], keepDims: true }), ['n', 3, 1]],
    ['argMax', () => o.argMax(x([2, 3, 4]), 1), [2, 4]],
    ['oneHot', () => o.oneHot(x([2, 5, 5], 'int32'), 3), [2, 3, 5, 5]],
    ['gather', () => o.gather(x([2, 9, 4]), x([3, 3], 'int64'), 1), [2, 3, 3, 4]],
    ['groupNorm of symbolic space', () => o.groupNorm(x(['n', 4, 'h', 'w']), 2, x([4]), x([4])), ['n', 4, 'h', 'w']],
    ['instanceNorm of symbolic space', () => o.instanceNorm(x(['n', 4, 'h', 'w']), x([4]), x([4])), ['n', 4, 'h', 'w']],
  ])('%s', (_, build, shape) => expect(build().shape).toEqual(shape))

  test('element types follow', () => {
    expect(o.greater(x([2]), x([2])).dtype).toBe('bool')
    expect(o.argMax(x([2, 2]), 0).dtype).toBe('int64')
    expect(o.cast(x([2]), 'int32').dtype).toBe('int32')
  })
})

describe('refusals', () => {
  test.each<readonly [string, () => Value, RegExp]>([
    [
      'shapes that do not broadcast',
      () => o.add(x([2, 3]), x([4])),
      /\[2, 3\] and \[4\] do not broadcast: 3 against 4/,
    ],
    ['two symbols', () => o.add(x(['h']), x(['w'])), /h against w/],
    ['element types', () => o.add(x([2]), x([2], 'int32')), /float32 and int32/],
    ['channels of a weight', () => conv([1, 3, 8, 8], [4, 2, 3, 3]), /expects 2 channels and the image has 3/],
    [
      'a window that does not fit',
      () => conv([1, 1, 2, 8], [1, 1, 3, 3]),
      /spans 3 does not fit into spatial axis 0 of size 2/,
    ],
    ['groups', () => conv([1, 4, 5], [3, 2, 1], { groups: 2 }), /3 output channels do not divide into 2 groups/],
    ['a stride of 0', () => conv([1, 1, 5], [1, 1, 3], { stride: 0 }), /positive integers/],
    ['too few strides', () => conv([1, 1, 5, 5], [1, 1, 3, 3], { stride: [2] }), /one number for each of 2/],
    ['ranks', () => conv([1, 1, 5, 5], [1, 1, 3]), /rank 4 needs a weight of the same rank, not 3/],
    ['a bias', () => o.conv(x([1, 1, 5]), x([2, 1, 3]), x([3])), /bias must have 2 elements/],
    [
      'output padding',
      () => o.convTranspose(x([1, 1, 5]), x([1, 1, 3]), null, { stride: 2, outputPadding: 2 }),
      /stride - 1/,
    ],
    ['pooling a vector', () => o.maxPool(x([2, 3]), 2), /rank 3/],
    ['padding as wide as the window', () => o.maxPool(x([1, 1, 4]), 2, { padding: 2 }), /smaller than the window/],
    ['inner sizes', () => o.matmul(x([2, 3]), x([4, 5])), /inner sizes differ: 3 and 4/],
    ['concat sizes', () => o.concat([x([1, 2, 4]), x([1, 2, 5])]), /must agree: \[1, 2, 4\] and \[1, 2, 5\]/],
    ['split sizes', () => o.split(x([2, 5]), [2, 2])[0]!, /2 \+ 2 do not make up the 5/],
    ['reshape', () => o.reshape(x([2, 3]), [4, 2]), /6 elements can't take the shape \[4, 2\]/],
    ['reshape of two unknown sizes', () => o.reshape(x(['n', 'h', 4]), [4, 'n', 'h']), /more than one size/],
    ['permutation', () => o.transpose(x([2, 3]), [0, 0]), /does not permute/],
    ['axis', () => o.reduceSum(x([2]), { axes: [3] }), /Axis 3 does not exist/],
    ['an axis twice', () => o.reduceSum(x([2, 2]), { axes: [0, -2] }), /name one twice/],
    ['an empty slice', () => o.slice(x([4]), [0], [2], [2]), /empty/],
    ['reflection too far', () => o.pad(x([2]), [2], [0], { mode: 'reflect' }), /needs more than 2/],
    ['cutting everything', () => o.pad(x([2]), [-1], [-1]), /Nothing is left/],
    ['clip bounds', () => o.clip(x([2]), 1, 0), /min <= max/],
    ['a condition', () => o.where(x([2]), x([2]), x([2])), /must be bool/],
    ['indices', () => o.gather(x([2]), x([2]), 0), /int64 or int32/],
    ['stretching', () => o.broadcastTo(x([2, 3]), [2, 4]), /do not broadcast: 3 against 4/],
    ['stretching to a symbol', () => o.broadcastTo(x([1, 3]), ['n', 3]), /unknown size/],
    [
      'channels into groups',
      () => o.groupNorm(x([1, 3, 4]), 2, x([3]), x([3])),
      /3 channels do not divide into 2 groups/,
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(ModelError)
    expect(build).toThrow(message)
  })

  test('name the layer, the operator and the shapes', () => {
    const build = () =>
      inScope('decoder.1', () => {
        const skip = input('skip', 'float32', [1, 16, 31, 31])
        return o.concat([skip, o.upsample(x([1, 16, 15, 15]), 2, 'nearest')])
      })
    expect(build).toThrow(
      /^decoder\.1 \(Concat\): .*decoder\.1\.skip \[1, 16, 31, 31\], decoder\.1 Resize \[1, 16, 30, 30\]\.$/,
    )
    try {
      build()
      expect.unreachable()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'shape-mismatch',
        details: { layer: 'decoder.1', op: 'Concat', shapes: [[1, 16, 31, 31], [1, 16, 30, 30]] }, // prettier-ignore
      })
    }
  })

  test('a weight names its layer even when the operator is built outside of it', () => {
    const weight = inScope('encoder.0.conv1', () => input('weight', 'float32', [8, 3, 3, 3]))
    expect(() => o.conv(x([1, 1, 8, 8]), weight)).toThrow(/^encoder\.0\.conv1 \(Conv\)/)
  })

  test('nothing is built where nothing would happen', () => {
    const value = x([2, 3])
    expect(o.reshape(value, [2, 3])).toBe(value)
    expect(o.transpose(value, [0, 1])).toBe(value)
    expect(o.broadcastTo(value, [2, 3])).toBe(value)
    expect(o.cast(value, 'float32')).toBe(value)
    expect(o.pad(value, [0, 0], [0, 0])).toBe(value)
    expect(o.concat([value])).toBe(value)
    expect(o.reduceSum(value, { axes: [] })).toBe(value)
    expect(o.upsample(x([1, 1, 2]), 1, 'linear').node.op).toBe('Input')
  })

  test('constants give a gather its indices', () => {
    expect(o.gather(x([3]), constant(Int32Array.of(0, 2), [2]), 0).shape).toEqual([2])
  })
})
