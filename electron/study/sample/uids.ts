// UIDs of the sample study: the same on every machine, and another family for every version of the generator.
import { createHash } from 'node:crypto'

/**
 * A UID under the root for UUIDs, 2.25 (PS3.5 B.2). The UUID is made from the name: version 8 of RFC 9562, SHA-256 of the text.
 * At most 44 characters.
 */
export function uidFor(...name: readonly (string | number)[]): string {
  const bytes = createHash('sha256').update(name.join('/')).digest().subarray(0, 16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return `2.25.${BigInt(`0x${bytes.toString('hex')}`)}`
}
