// Is this a NIfTI file? Judged by its first bytes, gzip or not.
import { gunzipSync, constants } from 'node:zlib'

const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b
const HEADER_BYTES = 544

/** The first bytes of the uncompressed content, as far as `head` reaches; null when it is no valid gzip. */
function opened(head: Uint8Array): Uint8Array | null {
  if (!isGzip(head)) return head
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return null
  }
}

/** NIfTI-1 (348, `n+1`) or NIfTI-2 (540, `n+2`) in one file, either byte order. */
export function isNiftiStart(head: Uint8Array): boolean {
  const compressed = isGzip(head)
  if (!compressed && !hasMagic(head)) return false
  const start = opened(compressed ? head.subarray(0, 8 * HEADER_BYTES) : head)
  return start !== null && hasMagic(start)
}

function hasMagic(bytes: Uint8Array): boolean {
  const text = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 3))
  return (bytes.length >= 348 && text(344) === 'n+1') || (bytes.length >= 540 && text(4) === 'n+2')
}
