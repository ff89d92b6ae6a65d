// A delta as bytes: the journal's payload before compression (docs/format.md).
import { SagittaError } from '../errors'
import type { Delta } from './delta'

/** Appends unsigned LEB128 numbers (seven bits a byte, lowest first, high bit = more follows) to a growing buffer. */
class VarintWriter {
  private bytes = new Uint8Array(256)
  private used = 0

  put(value: number): void {
    if (this.used + 5 > this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2)
      larger.set(this.bytes)
      this.bytes = larger
    }
    let rest = value
    while (rest > 0x7f) {
      this.bytes[this.used++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.bytes[this.used++] = rest
  }

  done(): Uint8Array {
    return this.bytes.slice(0, this.used)
  }
}

/** Number of runs, then four columns: gap between a run and the end of the one before, length, before, after. */
export function encodeDelta(delta: Delta): Uint8Array {
  const writer = new VarintWriter()
  const runs = delta.start.length
  writer.put(runs)
  for (let r = 0, end = 0; r < runs; r++) {
    writer.put(delta.start[r]! - end)
    end = delta.start[r]! + delta.length[r]!
  }
  for (const column of [delta.length, delta.before, delta.after]) for (let r = 0; r < runs; r++) writer.put(column[r]!)
  return writer.done()
}

/** @throws corrupt-file when the bytes are no delta. */
export function decodeDelta(bytes: Uint8Array): Delta {
  let at = 0
  const next = (): number => {
    let value = 0
    for (let factor = 1; at < bytes.length && factor <= 2 ** 28; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw new SagittaError('corrupt-file', 'The recorded edit ends in the middle of a number.', { byte: at })
  }
  const runs = next()
  if (runs > bytes.length) throw new SagittaError('corrupt-file', `The recorded edit claims ${runs} runs.`, { runs })
  const gap = Uint32Array.from({ length: runs }, next)
  const length = Uint32Array.from({ length: runs }, next)
  const before = Uint16Array.from({ length: runs }, next)
  const after = Uint16Array.from({ length: runs }, next)
  const start = new Uint32Array(runs)
  for (let r = 0, end = 0; r < runs; r++) {
    start[r] = end + gap[r]!
    end = start[r]! + length[r]!
  }
  return { start, length, before, after }
}
