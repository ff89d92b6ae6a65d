// Protobuf messages to bytes and back, driven by the schemas in proto.ts. Nothing is compiled at run time, so no CSP is in the way.
import { Reader, Writer } from 'protobufjs/minimal.js'
import { SCHEMAS, type MessageName, type Messages, type Schema } from './proto'

const WIRE = { int32: 0, int64: 0, float: 5, double: 1, string: 2, bytes: 2 } as const
type Scalar = keyof typeof WIRE
const isScalar = (type: string): type is Scalar => Object.hasOwn(WIRE, type)

type Fields = Record<string, unknown>

export function encode<K extends MessageName>(name: K, message: Messages[K]): Uint8Array {
  return write(name, message as Fields, Writer.create()).finish()
}

function write(name: MessageName, message: Fields, writer: Writer): Writer {
  for (const [key, { id, type, repeated }] of Object.entries(SCHEMAS[name] as Schema)) {
    const value = message[key]
    if (value === undefined) continue
    for (const item of repeated ? (value as unknown[]) : [value]) {
      if (isScalar(type)) writeScalar(writer.uint32(id * 8 + WIRE[type]), type, item)
      else write(type, item as Fields, writer.uint32(id * 8 + 2).fork()).ldelim()
    }
  }
  return writer
}

function writeScalar(writer: Writer, type: Scalar, value: unknown): void {
  if (type === 'string') writer.string(value as string)
  else if (type === 'bytes') writer.bytes(value as Uint8Array)
  else writer[type](value as number)
}

/** @throws Error of protobufjs for bytes that are no message; callers say which file. */
export function decode<K extends MessageName>(name: K, bytes: Uint8Array): Messages[K] {
  const reader = Reader.create(bytes)
  return read(name, reader, reader.len)
}

function read(name: MessageName, reader: Reader, end: number): Fields {
  const fields = FIELDS[name]!
  const message: Fields = {}
  while (reader.pos < end) {
    const tag = reader.uint32()
    const field = fields.get(tag >>> 3)
    if (!field) {
      reader.skipType(tag & 7)
      continue
    }
    const { key, type, repeated } = field
    // Numbers that repeat come one by one or packed into one stretch of bytes.
    const packed = repeated && (tag & 7) === 2 && isScalar(type) && WIRE[type] !== 2
    const stop = packed ? reader.uint32() + reader.pos : -1
    do {
      if (packed && reader.pos >= stop) break
      const value = isScalar(type) ? readScalar(reader, type) : read(type, reader, reader.uint32() + reader.pos)
      if (repeated) ((message[key] ??= []) as unknown[]).push(value)
      else message[key] = value
    } while (packed)
  }
  return message
}

function readScalar(reader: Reader, type: Scalar): unknown {
  const value: unknown = reader[type]()
  // 64-bit integers come as Long objects; sizes, axes and offsets fit a number.
  return type === 'int64' ? Number(value) : value
}

type FieldsById = ReadonlyMap<number, { readonly key: string } & Schema[string]>

const byId = (schema: Schema): FieldsById =>
  new Map(Object.entries(schema).map(([key, field]) => [field.id, { key, ...field }]))

const FIELDS: Readonly<Record<string, FieldsById>> = Object.fromEntries(
  Object.entries(SCHEMAS).map(([name, schema]) => [name, byId(schema as Schema)]),
)
