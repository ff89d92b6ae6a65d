// The part of onnx.proto (IR version 8 to 10) that Sagitta writes and reads: messages as data, field numbers as in the standard.

/** A field: its number, its wire type or the message it holds, and whether it repeats. */
interface Field {
  readonly id: number
  readonly type: 'int32' | 'int64' | 'float' | 'double' | 'string' | 'bytes' | MessageName
  readonly repeated?: boolean
}
export type MessageName = keyof Messages
export type Schema = Readonly<Record<string, Field>>

export interface EntryProto {
  key?: string
  value?: string
}
export interface OperatorSetProto {
  domain?: string
  version?: number
}
export interface TensorProto {
  dims?: number[]
  dataType?: number
  floatData?: number[]
  int32Data?: number[]
  int64Data?: number[]
  name?: string
  rawData?: Uint8Array
  doubleData?: number[]
  externalData?: EntryProto[]
  dataLocation?: number
}
export interface DimensionProto {
  value?: number
  param?: string
}
export interface ShapeProto {
  dim?: DimensionProto[]
}
export interface TensorTypeProto {
  elemType?: number
  shape?: ShapeProto
}
export interface TypeProto {
  tensorType?: TensorTypeProto
}
export interface ValueInfoProto {
  name?: string
  type?: TypeProto
}
export interface AttributeProto {
  name?: string
  f?: number
  i?: number
  s?: Uint8Array
  t?: TensorProto
  floats?: number[]
  ints?: number[]
  type?: number
}
export interface NodeProto {
  input?: string[]
  output?: string[]
  name?: string
  opType?: string
  attribute?: AttributeProto[]
  domain?: string
}
export interface GraphProto {
  node?: NodeProto[]
  name?: string
  initializer?: TensorProto[]
  input?: ValueInfoProto[]
  output?: ValueInfoProto[]
  valueInfo?: ValueInfoProto[]
}
export interface ModelProto {
  irVersion?: number
  producerName?: string
  producerVersion?: string
  docString?: string
  graph?: GraphProto
  opsetImport?: OperatorSetProto[]
  metadataProps?: EntryProto[]
}

export interface Messages {
  Entry: EntryProto
  OperatorSet: OperatorSetProto
  Tensor: TensorProto
  Dimension: DimensionProto
  Shape: ShapeProto
  TensorType: TensorTypeProto
  Type: TypeProto
  ValueInfo: ValueInfoProto
  Attribute: AttributeProto
  Node: NodeProto
  Graph: GraphProto
  Model: ModelProto
}

/** AttributeProto.AttributeType */
export const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const

/** TensorProto.DataLocation */
export const EXTERNAL = 1

export const SCHEMAS: { readonly [K in MessageName]: { readonly [F in keyof Required<Messages[K]>]: Field } } = {
  Entry: { key: { id: 1, type: 'string' }, value: { id: 2, type: 'string' } },
  OperatorSet: { domain: { id: 1, type: 'string' }, version: { id: 2, type: 'int64' } },
  Tensor: {
    dims: { id: 1, type: 'int64', repeated: true },
    dataType: { id: 2, type: 'int32' },
    floatData: { id: 4, type: 'float', repeated: true },
    int32Data: { id: 5, type: 'int32', repeated: true },
    int64Data: { id: 7, type: 'int64', repeated: true },
    name: { id: 8, type: 'string' },
    rawData: { id: 9, type: 'bytes' },
    doubleData: { id: 10, type: 'double', repeated: true },
    externalData: { id: 13, type: 'Entry', repeated: true },
    dataLocation: { id: 14, type: 'int32' },
  },
  Dimension: { value: { id: 1, type: 'int64' }, param: { id: 2, type: 'string' } },
  Shape: { dim: { id: 1, type: 'Dimension', repeated: true } },
  TensorType: { elemType: { id: 1, type: 'int32' }, shape: { id: 2, type: 'Shape' } },
  Type: { tensorType: { id: 1, type: 'TensorType' } },
  ValueInfo: { name: { id: 1, type: 'string' }, type: { id: 2, type: 'Type' } },
  Attribute: {
    name: { id: 1, type: 'string' },
    f: { id: 2, type: 'float' },
    i: { id: 3, type: 'int64' },
    s: { id: 4, type: 'bytes' },
    t: { id: 5, type: 'Tensor' },
    floats: { id: 7, type: 'float', repeated: true },
    ints: { id: 8, type: 'int64', repeated: true },
    type: { id: 20, type: 'int32' },
  },
  Node: {
    input: { id: 1, type: 'string', repeated: true },
    output: { id: 2, type: 'string', repeated: true },
    name: { id: 3, type: 'string' },
    opType: { id: 4, type: 'string' },
    attribute: { id: 5, type: 'Attribute', repeated: true },
    domain: { id: 7, type: 'string' },
  },
  Graph: {
    node: { id: 1, type: 'Node', repeated: true },
    name: { id: 2, type: 'string' },
    initializer: { id: 5, type: 'Tensor', repeated: true },
    input: { id: 11, type: 'ValueInfo', repeated: true },
    output: { id: 12, type: 'ValueInfo', repeated: true },
    valueInfo: { id: 13, type: 'ValueInfo', repeated: true },
  },
  Model: {
    irVersion: { id: 1, type: 'int64' },
    producerName: { id: 2, type: 'string' },
    producerVersion: { id: 3, type: 'string' },
    docString: { id: 6, type: 'string' },
    graph: { id: 7, type: 'Graph' },
    opsetImport: { id: 8, type: 'OperatorSet', repeated: true },
    metadataProps: { id: 14, type: 'Entry', repeated: true },
  },
}
