// What an ONNX file says about itself: inputs, outputs, nodes, weights, metadata, operator sets. Running it is left to ONNX Runtime.
import { ModelError } from '../errors'
import type { Dim, DType, TensorData } from '../ir'
import { EXTERNAL, type ModelProto, type NodeProto, type TensorProto, type ValueInfoProto } from './proto'
import { dtypeOfOnnx, tensorData } from './tensors'
import { decode } from './wire'

export interface OnnxTensorInfo {
  readonly name: string
  /** Null for an element type Sagitta does not use. */
  readonly dtype: DType | null
  /** Null where the file leaves the rank open; a dimension without a name is `?`. */
  readonly shape: readonly Dim[] | null
}

export interface OnnxInitializer extends OnnxTensorInfo {
  /** Reads the elements (a copy); null when they lie in another file. @throws ModelError model-invalid when damaged. */
  readonly data: () => TensorData | null
  /** The file beside the model that holds the elements. */
  readonly external: { readonly location: string; readonly offset: number; readonly length: number | null } | null
}

export interface OnnxNode {
  /** Operator type; of another domain than the standard's `domain.Type`. */
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Attributes that are integers, or lists of them: strides, axis, perm. */
  readonly integers: Readonly<Record<string, readonly number[]>>
}

export interface OnnxModel {
  readonly graphName: string
  /** Who wrote the file, with its version. */
  readonly producer: string
  /** What the file says of itself in words. */
  readonly description: string
  readonly irVersion: number
  /** Operator-set version by domain; the standard's domain is ''. */
  readonly opsets: Readonly<Record<string, number>>
  /** What must be fed: without the inputs that have weights. */
  readonly inputs: readonly OnnxTensorInfo[]
  readonly outputs: readonly OnnxTensorInfo[]
  readonly initializers: readonly OnnxInitializer[]
  /** In the order of the graph. */
  readonly nodes: readonly OnnxNode[]
  readonly metadata: Readonly<Record<string, string>>
}

/** @throws ModelError model-invalid for bytes that are not an ONNX model. */
export function fromOnnx(bytes: Uint8Array): OnnxModel {
  const { graph, irVersion = 0, opsetImport = [], metadataProps = [], ...head } = decodeModel(bytes)
  if (!graph?.output?.length || opsetImport.length === 0)
    throw new ModelError('model-invalid', 'These bytes are not an ONNX model: there is no graph with outputs in them.')
  const initializers = (graph.initializer ?? []).map(initializer)
  const weights = new Set(initializers.map(({ name }) => name))
  return {
    graphName: graph.name ?? '',
    producer: [head.producerName ?? '', head.producerVersion ?? ''].join(' ').trim(),
    description: head.docString ?? '',
    irVersion,
    opsets: Object.fromEntries(
      opsetImport.map(({ domain = '', version = 0 }) => [domain === 'ai.onnx' ? '' : domain, version]),
    ),
    inputs: (graph.input ?? []).map(tensorInfo).filter(({ name }) => !weights.has(name)),
    outputs: graph.output.map(tensorInfo),
    initializers,
    nodes: (graph.node ?? []).map(node),
    metadata: Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value])),
  }
}

function decodeModel(bytes: Uint8Array): ModelProto {
  try {
    return decode('Model', bytes)
  } catch (cause) {
    throw new ModelError(
      'model-invalid',
      'These bytes are not an ONNX model, or they are cut off.',
      { bytes: bytes.length },
      { cause },
    )
  }
}

function tensorInfo({ name = '', type }: ValueInfoProto): OnnxTensorInfo {
  const tensor = type?.tensorType
  const shape = tensor?.shape ? (tensor.shape.dim ?? []).map(({ value, param }): Dim => value ?? (param || '?')) : null
  return { name, dtype: dtypeOfOnnx(tensor?.elemType ?? 0), shape }
}

function node({ opType = '', domain = '', input = [], output = [], attribute = [] }: NodeProto): OnnxNode {
  const integers = attribute.flatMap(({ name = '', i, ints }): [string, readonly number[]][] =>
    ints ? [[name, ints]] : i === undefined ? [] : [[name, [i]]],
  )
  return {
    operator: domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`,
    inputs: input,
    outputs: output,
    integers: Object.fromEntries(integers),
  }
}

function initializer(tensor: TensorProto): OnnxInitializer {
  const dtype = dtypeOfOnnx(tensor.dataType ?? 0)
  return {
    name: tensor.name ?? '',
    dtype,
    shape: tensor.dims ?? [],
    data: () => (dtype === null ? null : tensorData(tensor, dtype)),
    external: tensor.dataLocation === EXTERNAL ? externalPlace(tensor) : null,
  }
}

function externalPlace({ externalData = [] }: TensorProto): OnnxInitializer['external'] {
  const facts = new Map(externalData.map(({ key = '', value = '' }) => [key, value]))
  const length = facts.get('length')
  return {
    location: facts.get('location') ?? '',
    offset: Number(facts.get('offset') ?? 0),
    length: length === undefined ? null : Number(length),
  }
}
