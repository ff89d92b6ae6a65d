// Label values of a NIfTI file, read by the standard's own offsets and nothing of ours (NIfTI-1 header: datatype at 70, vox_offset at 108).
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'

export async function labelsIn(path: string): Promise<Uint8Array | Uint16Array> {
  const bytes = gunzipSync(await readFile(path))
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [datatype, start] = [view.getInt16(70, true), view.getFloat32(108, true)]
  const data = bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.byteLength)
  if (datatype === 2) return new Uint8Array(data)
  if (datatype === 512) return new Uint16Array(data)
  throw new Error(`${path} holds NIfTI datatype ${datatype}; labels are 2 or 512.`)
}

/** 2 |A and B| / (|A| + |B|) of one label, which may have another value in each map. */
export function diceOf(a: ArrayLike<number>, labelInA: number, b: ArrayLike<number>, labelInB: number): number {
  let [both, sum] = [0, 0]
  for (let n = 0; n < a.length; n++) {
    const [inA, inB] = [a[n] === labelInA, b[n] === labelInB]
    sum += Number(inA) + Number(inB)
    both += Number(inA && inB)
  }
  return (2 * both) / sum
}
