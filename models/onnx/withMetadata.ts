// Metadata put into a model file that is there already: its other bytes, weights above all, are kept as they are.
import { Reader } from 'protobufjs/minimal.js'
import { ModelError } from '../errors'
import { SCHEMAS, type EntryProto } from './proto'
import { decode, encode } from './wire'

/**
 * The same file with these entries in its metadata_props (onnx.proto, ModelProto field 14); entries of the same keys are replaced.
 * Protobuf joins repeated fields wherever they stand, so nothing else of the file is read or moved.
 * @returns the file's pieces, to be written one after the other.
 * @throws ModelError model-invalid for bytes that are not an ONNX model.
 */
export function withMetadata(bytes: Uint8Array, metadata: Readonly<Record<string, string>>): readonly Uint8Array[] {
  const added = encode('Model', { metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })) })
  return [...withoutKeys(bytes, new Set(Object.keys(metadata))), added]
}

const METADATA = SCHEMAS.Model.metadataProps.id

function withoutKeys(bytes: Uint8Array, keys: ReadonlySet<string>): Uint8Array[] {
  const kept: Uint8Array[] = []
  let keptFrom = 0
  try {
    const reader = Reader.create(bytes)
    while (reader.pos < reader.len) {
      const start = reader.pos
      const tag = reader.uint32()
      if (tag >>> 3 !== METADATA) {
        reader.skipType(tag & 7)
        continue
      }
      const { key = '' }: EntryProto = decode('Entry', reader.bytes())
      if (!keys.has(key)) continue
      kept.push(bytes.subarray(keptFrom, start))
      keptFrom = reader.pos
    }
  } catch (cause) {
    throw new ModelError('model-invalid', 'These bytes are not an ONNX model, or they are cut off.', {}, { cause })
  }
  return [...kept, bytes.subarray(keptFrom)].filter(({ length }) => length > 0)
}
