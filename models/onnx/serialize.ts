// A graph as an ONNX file: names are given here, and attributes that ONNX wants as inputs become constants.
import { ModelError } from '../errors'
import {
  CONSTANT,
  constantData,
  INPUT,
  showShape,
  topologicalOrder,
  type DType,
  type Graph,
  type Node,
  type Shape,
  type TensorData,
  type Value,
} from '../ir'
import { definitionOf, ONNX_TYPE, type OnnxAttribute, type OnnxConstant } from '../ops'
import {
  ATTRIBUTE_TYPE,
  EXTERNAL,
  type AttributeProto,
  type EntryProto,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './proto'
import { tensorBytes } from './tensors'
import { encode } from './wire'

/** The operator set that graphs are written in: the newest that every execution provider of ONNX Runtime 1.30 knows in full. */
export const OPSET = 18
// ONNX 1.13, which brought opset 18
const IR_VERSION = 8
/** Protobuf can't hold more than 2 GiB; beyond this many bytes weights must go to a file of their own. */
export const MAX_EMBEDDED_BYTES = 2 ** 31 - 2 ** 24

export interface OnnxOptions {
  /** The graph's name. */
  readonly name: string
  readonly opset?: number
  /** Key and value pairs of the model: preprocessing, labels, provenance. */
  readonly metadata?: Readonly<Record<string, string>>
  /** Inputs of the graph that become constants of the file, by name: a trained model's weights. */
  readonly initializers?: Readonly<Record<string, TensorData>>
}

/** @throws ModelError model-invalid for unknown or ill-sized initializers, too-much-memory above 2 GB (see `toOnnxExternal`). */
export function toOnnx(graph: Graph, options: OnnxOptions): Uint8Array {
  const bytes = Object.values(options.initializers ?? {}).reduce((sum, data) => sum + data.byteLength, 0)
  if (bytes > MAX_EMBEDDED_BYTES)
    throw new ModelError(
      'too-much-memory',
      `The weights of ${options.name} take ${bytes} bytes, more than one ONNX file can hold. Write them beside it (toOnnxExternal).`,
      { bytes },
    )
  return write(graph, options, (name, dtype, shape, data) => ({
    ...tensorHeader(name, dtype, shape),
    rawData: tensorBytes(data),
  }))
}

/** Where the bytes of one tensor lie in the weights file. */
export interface ExternalTensor {
  readonly name: string
  readonly offset: number
  readonly length: number
  readonly data: Uint8Array
}

/**
 * As `toOnnx`, with the initializers' bytes left out: the model refers to them in a file `location` beside it
 * (ONNX external data), which the caller writes from `external`, in order, each at its offset (4096-byte aligned).
 */
export function toOnnxExternal(graph: Graph, location: string, options: OnnxOptions): OnnxFiles {
  const external: ExternalTensor[] = []
  let end = 0
  const model = write(graph, options, (name, dtype, shape, data) => {
    const bytes = tensorBytes(data)
    const offset = Math.ceil(end / 4096) * 4096
    end = offset + bytes.byteLength
    external.push({ name, offset, length: bytes.byteLength, data: bytes })
    const facts = { location, offset: String(offset), length: String(bytes.byteLength) }
    return { ...tensorHeader(name, dtype, shape), externalData: entries(facts), dataLocation: EXTERNAL }
  })
  return { model, external }
}

/** A file beside the model for weights that are too many for one. */
export interface WeightsBeside {
  /** Its name, in the model's folder. */
  readonly location: string
  /** Weights of more bytes go there; without it, those that one file cannot hold. */
  readonly above?: number | undefined
}

/** A model in the files that it needs. */
export interface OnnxFiles {
  readonly model: Uint8Array
  /** What goes into the file beside it, in order; empty: the model holds its weights itself. */
  readonly external: readonly ExternalTensor[]
}

/** In one file where that can hold the weights. @throws ModelError as `toOnnx` */
export function toOnnxFiles(graph: Graph, options: OnnxOptions, beside: WeightsBeside | null): OnnxFiles {
  const bytes = Object.values(options.initializers ?? {}).reduce((sum, data) => sum + data.byteLength, 0)
  return beside && bytes > (beside.above ?? MAX_EMBEDDED_BYTES)
    ? toOnnxExternal(graph, beside.location, options)
    : { model: toOnnx(graph, options), external: [] }
}

type WriteWeights = (name: string, dtype: DType, shape: Shape, data: TensorData) => TensorProto

function write(graph: Graph, options: OnnxOptions, weights: WriteWeights): Uint8Array {
  const writer = new GraphWriter(graph)
  const initializers = options.initializers ?? {}
  const unknown = Object.keys(initializers).find(name => !Object.hasOwn(graph.inputs, name))
  if (unknown !== undefined)
    throw new ModelError('model-invalid', `${unknown} is not an input of the graph, so it can't be given data.`, {
      tensor: unknown,
    })
  const proto = writer.graph(options.name)
  proto.input = Object.entries(graph.inputs).flatMap(([name, value]) =>
    Object.hasOwn(initializers, name) ? [] : [valueInfo(name, value)],
  )
  for (const [name, data] of Object.entries(initializers)) {
    const { dtype, shape } = graph.inputs[name]!
    checkSize(name, shape, data)
    proto.initializer!.push(weights(name, dtype, shape, data))
  }
  return encode('Model', {
    irVersion: IR_VERSION,
    producerName: 'Sagitta',
    graph: proto,
    opsetImport: [
      { domain: '', version: options.opset ?? OPSET },
      ...[...writer.domains].map(domain => ({ domain, version: 1 })),
    ],
    metadataProps: entries(options.metadata ?? {}),
  })
}

/** Gives names while it walks the graph. */
class GraphWriter {
  readonly domains = new Set<string>()
  private readonly names = new Map<Value, string>()
  private readonly taken = new Set<string>()
  private readonly initializers: TensorProto[] = []
  private readonly constants = new Map<string, string>()

  constructor(private readonly source: Graph) {
    for (const [name, value] of Object.entries(source.inputs)) this.names.set(value, this.unique(name))
    for (const name of Object.keys(source.outputs)) this.taken.add(name)
  }

  graph(name: string): GraphProto {
    const outputs = Object.entries(this.source.outputs)
    for (const [output, value] of outputs)
      if (!this.names.has(value) && value.node.op !== CONSTANT) this.names.set(value, output)
    const node = topologicalOrder(outputs.map(([, value]) => value)).flatMap(node => this.node(node))
    // An output that is an input, a constant or already an output of another name.
    for (const [output, value] of outputs)
      if (this.names.get(value) !== output)
        node.push({
          input: [this.names.get(value)!],
          output: [output],
          name: this.unique(`${output}.copy`),
          opType: 'Identity',
        })
    return {
      node,
      name,
      initializer: this.initializers,
      output: outputs.map(([output, value]) => valueInfo(output, value)),
    }
  }

  private node(node: Node): readonly NodeProto[] {
    if (node.op === INPUT) return []
    if (node.op === CONSTANT) {
      const value = node.outputs[0]!
      this.names.set(value, this.constant(value.dtype, value.shape as readonly number[], constantData(value)!))
      return []
    }
    const { type = node.op, domain, attributes = {}, constants = [] } = definitionOf(node).onnx(node.attributes, node)
    if (domain) this.domains.add(domain)
    const base = node.scope === '' ? node.op : `${node.scope}.${node.op}`
    const name = this.unique(node.outputs.length === 1 ? (this.names.get(node.outputs[0]!) ?? base) : base)
    for (const output of node.outputs) if (!this.names.has(output)) this.names.set(output, this.unique(`${base}_out`))
    return [
      {
        input: [
          ...node.inputs.map(value => this.names.get(value)!),
          ...constants.map(c => (c ? this.constant(c.dtype, c.shape, c.data) : '')),
        ],
        output: node.outputs.map(value => this.names.get(value)!),
        name,
        opType: type,
        attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
        ...(domain ? { domain } : {}),
      },
    ]
  }

  /** Equal small constants are written once. */
  private constant(dtype: DType, shape: readonly number[], data: OnnxConstant['data']): string {
    const key = data.length <= 64 ? `${dtype}[${shape.join()}]${data.join()}` : null
    const known = key === null ? undefined : this.constants.get(key)
    if (known !== undefined) return known
    const name = this.unique('constant')
    if (key !== null) this.constants.set(key, name)
    this.initializers.push({ ...tensorHeader(name, dtype, shape), rawData: tensorBytes(data) })
    return name
  }

  private readonly counters = new Map<string, number>()

  private unique(wanted: string): string {
    let name = wanted
    for (let n = this.counters.get(wanted) ?? 1; this.taken.has(name); n++) {
      name = `${wanted}_${n}`
      this.counters.set(wanted, n + 1)
    }
    this.taken.add(name)
    return name
  }
}

const tensorHeader = (name: string, dtype: DType, shape: Shape): TensorProto => ({
  name,
  dataType: ONNX_TYPE[dtype],
  dims: [...(shape as readonly number[])],
})

const entries = (record: Readonly<Record<string, string>>): EntryProto[] =>
  Object.entries(record).map(([key, value]) => ({ key, value }))

const valueInfo = (name: string, { dtype, shape }: Value): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: ONNX_TYPE[dtype],
      shape: { dim: shape.map(dim => (typeof dim === 'number' ? { value: dim } : { param: dim })) },
    },
  },
})

function attribute(name: string, value: OnnxAttribute): AttributeProto {
  if ('int' in value) return { name, type: ATTRIBUTE_TYPE.int, i: value.int }
  if ('float' in value) return { name, type: ATTRIBUTE_TYPE.float, f: value.float }
  if ('string' in value) return { name, type: ATTRIBUTE_TYPE.string, s: utf8(value.string) }
  if ('ints' in value) return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value.ints] }
  return { name, type: ATTRIBUTE_TYPE.floats, floats: [...value.floats] }
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function checkSize(name: string, shape: Shape, data: TensorData): void {
  const size = shape.reduce<number>((product, dim) => product * (typeof dim === 'number' ? dim : NaN), 1)
  if (size !== data.length)
    throw new ModelError(
      'model-invalid',
      `The tensor ${name} has ${data.length} elements and the graph needs ${showShape(shape)}.`,
      { tensor: name },
    )
}
