import { describe, expect, test } from 'vitest'
import { constant, createGraph, input, inScope, type Graph, type TensorData } from '../ir'
import * as o from '../ops'
import { MAX_EMBEDDED_BYTES, OPSET, fromOnnx, toOnnx, toOnnxExternal, withMetadata } from './index'
import { decode, encode } from './wire'

const x = input('x', 'float32', ['n', 1, 'h', 'w'])
const w = inScope('conv1', () => input('weight', 'float32', [2, 1, 3, 3]))
const graph: Graph = createGraph({ image: x, 'conv1.weight': w }, { y: o.relu(o.conv(x, w, null, { padding: 1 })) })
const weights = Float32Array.from({ length: 18 }, (_, i) => i / 7)

describe('ONNX files', () => {
  test('say what they are', () => {
    const metadata = { labels: '{"1":"Leber"}', empty: '' }
    const model = fromOnnx(toOnnx(graph, { name: 'infer', metadata, initializers: { 'conv1.weight': weights } }))
    expect(model).toMatchObject({
      graphName: 'infer',
      producer: 'Sagitta',
      opsets: { '': OPSET },
      inputs: [{ name: 'image', dtype: 'float32', shape: ['n', 1, 'h', 'w'] }],
      outputs: [{ name: 'y', dtype: 'float32', shape: ['n', 2, 'h', 'w'] }],
      nodes: [
        { operator: 'Conv', inputs: ['image', 'conv1.weight'], integers: { pads: [1, 1, 1, 1], strides: [1, 1] } },
        { operator: 'Relu', outputs: ['y'] },
      ],
      metadata,
    })
    expect(model.initializers).toHaveLength(1)
    expect(model.initializers[0]).toMatchObject({ name: 'conv1.weight', shape: [2, 1, 3, 3], external: null })
    expect(model.initializers[0]!.data()).toEqual(weights)
  })

  test('parameters stay inputs when they get no data', () => {
    expect(fromOnnx(toOnnx(graph, { name: 'train' })).inputs.map(({ name }) => name)).toEqual(['image', 'conv1.weight'])
  })

  test.each<readonly [string, TensorData]>([
    ['float32', Float32Array.of(1.5, -0, NaN, Infinity)],
    ['float64', Float64Array.of(Math.PI, -1, 0, 1e300)],
    ['int64', BigInt64Array.of(-1n, 2n ** 62n, 0n, 5n)],
    ['int32', Int32Array.of(-1, 2 ** 31 - 1, 0, 5)],
    ['int16', Int16Array.of(-1, 32767, 0, 5)],
    ['uint16', Uint16Array.of(0, 65535, 1, 5)],
    ['int8', Int8Array.of(-128, 127, 0, 5)],
    ['uint8', Uint8Array.of(255, 0, 1, 5)],
  ])('%s constants come back as they went', (dtype, data) => {
    const y = o.concat([constant(data, [4]), input('rest', dtype as 'float32', [1])], 0)
    const model = fromOnnx(toOnnx(createGraph({ rest: y.node.inputs[1]! }, { y }), { name: 'constants' }))
    expect(model.initializers[0]!.data()).toEqual(data)
    expect(model.initializers[0]!.dtype).toBe(dtype)
  })

  test('equal constants are written once', () => {
    const a = input('a', 'float32', [2])
    const y = o.add(o.mul(a, o.scalar(2)), o.mul(o.scalar(2), o.scalar(3)))
    expect(fromOnnx(toOnnx(createGraph({ a }, { y }), { name: 'twice' })).initializers).toHaveLength(2)
  })

  test('names stay unique when layers, inputs and outputs want the same', () => {
    const a = input('a', 'float32', [2])
    const first = inScope('layer', () => o.exp(a))
    const second = inScope('layer', () => o.exp(first))
    const names = nodesOf(
      toOnnx(createGraph({ layer: a }, { 'layer.Exp_out': o.exp(second) }), { name: 'names' }),
    ).flatMap(({ output = [] }) => output)
    expect(new Set([...names, 'layer']).size).toBe(4)
    expect(names[2]).toBe('layer.Exp_out')
  })

  test('an input, a constant and one value under two names can be outputs', () => {
    const a = input('a', 'float32', [2])
    const y = o.exp(a)
    const model = fromOnnx(
      toOnnx(createGraph({ a }, { same: a, y, again: y, two: constant(Float32Array.of(2), [1]) }), { name: 'copies' }),
    )
    expect(model.nodes.map(({ operator }) => operator)).toEqual(['Exp', 'Identity', 'Identity', 'Identity'])
    expect(model.outputs.map(({ name }) => name)).toEqual(['same', 'y', 'again', 'two'])
  })

  test('data for unknown inputs and of the wrong size are refused by name', () => {
    expect(() => toOnnx(graph, { name: 'm', initializers: { weight: weights } })).toThrow(
      /weight is not an input of the graph/,
    )
    expect(() => toOnnx(graph, { name: 'm', initializers: { 'conv1.weight': weights.slice(1) } })).toThrow(
      /conv1\.weight has 17 elements and the graph needs \[2, 1, 3, 3\]/,
    )
    expect(() => toOnnx(graph, { name: 'm', initializers: { image: weights } })).toThrow(/image has 18 elements/)
  })

  test('weights beyond 2 GB are refused with the way out', () => {
    // A view that only claims its size: nothing of that size is allocated.
    const huge = { byteLength: MAX_EMBEDDED_BYTES + 1 } as Float32Array
    expect(() => toOnnx(graph, { name: 'big', initializers: { 'conv1.weight': huge } })).toThrow(/toOnnxExternal/)
  })

  test('external weights are named by file, offset and length', () => {
    const { model, external } = toOnnxExternal(graph, 'weights.bin', {
      name: 'm',
      initializers: { 'conv1.weight': weights },
    })
    expect(external).toMatchObject([{ name: 'conv1.weight', offset: 0, length: 72 }])
    const [initializer] = fromOnnx(model).initializers
    expect(initializer!.external).toEqual({ location: 'weights.bin', offset: 0, length: 72 })
    expect(initializer!.data()).toBeNull()
  })

  test('every external tensor starts on a page', () => {
    const [a, b] = [input('a', 'float32', [5]), input('b', 'float32', [5])]
    const { external } = toOnnxExternal(createGraph({ a, b }, { y: o.add(a, b) }), 'w', {
      name: 'm',
      initializers: { a: new Float32Array(5), b: new Float32Array(5) },
    })
    expect(external.map(({ offset }) => offset)).toEqual([0, 4096])
  })
})

describe('foreign files', () => {
  test.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('not a model, but some text that is long enough')],
    ['a model cut off', toOnnx(graph, { name: 'm', initializers: { 'conv1.weight': weights } }).subarray(0, 150)],
    ['zeros', new Uint8Array(64)],
  ])('%s is refused', (_, bytes) => expect(() => fromOnnx(bytes)).toThrow(/not an ONNX model/))

  test('typed data, packed or not, and inputs that repeat weights are read', () => {
    const bytes = encode('Model', {
      irVersion: 3,
      ...{ producerName: 'pytorch', producerVersion: '2.4', docString: 'Lungs.' },
      opsetImport: [{ domain: 'ai.onnx', version: 11 }, { domain: 'com.example', version: 1 }], // prettier-ignore
      graph: {
        input: [{ name: 'x', type: { tensorType: { elemType: 1 } } }, { name: 'w' }],
        output: [
          { name: 'y', type: { tensorType: { elemType: 8, shape: { dim: [{}, { param: 'batch' }, { value: 3 }] } } } },
        ],
        initializer: [
          { name: 'w', dataType: 1, dims: [2], floatData: [1.5, 2.5] },
          { name: 'i', dataType: 7, dims: [3], int64Data: [-1, 2, 3] },
          { name: 'b', dataType: 9, dims: [2], int32Data: [1, 0] },
          { name: 'd', dataType: 11, dims: [1], doubleData: [0.1] },
          { name: 'scalar', dataType: 1, floatData: [4] },
          { name: 's', dataType: 8, dims: [1] },
        ],
        node: [{ opType: 'Custom', domain: 'com.example', input: ['x', 'w'], output: ['y'] }],
      },
    })
    const model = fromOnnx(bytes)
    expect(model).toMatchObject({
      producer: 'pytorch 2.4',
      description: 'Lungs.',
      opsets: { '': 11, 'com.example': 1 },
    })
    expect(model.nodes).toEqual([{ operator: 'com.example.Custom', inputs: ['x', 'w'], outputs: ['y'], integers: {} }])
    expect(model.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: null }])
    expect(model.outputs).toEqual([{ name: 'y', dtype: null, shape: ['?', 'batch', 3] }])
    expect(model.initializers.map(each => each.data())).toEqual([
      Float32Array.of(1.5, 2.5),
      BigInt64Array.of(-1n, 2n, 3n),
      Uint8Array.of(1, 0),
      Float64Array.of(0.1),
      Float32Array.of(4),
      null,
    ])
  })

  test('packed numbers are read', () => {
    // TensorProto: dims = [3] packed (field 1, wire type 2), int64_data packed (field 7): 1, 2, 300
    const bytes = Uint8Array.of(0x0a, 1, 3, 0x10, 7, 0x3a, 4, 1, 2, 0xac, 0x02)
    expect(decode('Tensor', bytes)).toEqual({ dims: [3], dataType: 7, int64Data: [1, 2, 300] })
  })

  test('fields of newer versions are stepped over', () => {
    // field 100, bytes of length 2, then dataType = 1
    expect(decode('Tensor', Uint8Array.of(0xa2, 0x06, 2, 9, 9, 0x10, 1))).toEqual({ dataType: 1 })
  })

  test('a tensor whose bytes do not fill its shape names itself', () => {
    const bytes = encode('Model', {
      opsetImport: [{ version: 17 }],
      graph: {
        output: [{ name: 'y' }],
        initializer: [{ name: 'w', dataType: 1, dims: [3], rawData: new Uint8Array(8) }],
      },
    })
    expect(() => fromOnnx(bytes).initializers[0]!.data()).toThrow(/w has 2 elements and its shape says 3/)
  })
})

const nodesOf = (bytes: Uint8Array) => decode('Model', bytes).graph!.node!

describe('metadata put into a file that is there', () => {
  const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap(part => [...part]))
  const file = toOnnx(graph, {
    name: 'infer',
    metadata: { kept: 'a', card: 'old' },
    initializers: { 'conv1.weight': weights },
  })

  test('is added, and replaces what has the same key', () => {
    const parts = withMetadata(file, { card: 'neu', more: '€' })
    const model = fromOnnx(joined(parts))
    expect(model.metadata).toEqual({ kept: 'a', card: 'neu', more: '€' })
    expect(decode('Model', joined(parts)).metadataProps).toHaveLength(3)
    expect(model.initializers[0]!.data()).toEqual(weights)
    expect(joined(withMetadata(joined(parts), { card: 'neu', more: '€' }))).toEqual(joined(parts))
  })

  test('leaves every other byte where it was', () => {
    const plain = toOnnx(graph, { name: 'infer', initializers: { 'conv1.weight': weights } })
    expect(withMetadata(plain, { card: 'x' })[0]).toEqual(plain)
  })

  test('refuses bytes that are no model', () => {
    expect(() => withMetadata(new TextEncoder().encode('These are notes.'), {})).toThrow(/not an ONNX model/)
  })
})
