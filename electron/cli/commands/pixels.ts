// `sagitta pixels FILE --out x.raw`: the stored values of one file, for comparing readers.
import { resolve } from 'node:path'
import { storedValues, writeFileAtomic } from '#study/index'
import { readArguments, wholeNumber, type Command } from '../command'

export const pixels: Command = {
  name: 'pixels',
  usage: `pixels FILE [--frame n] [--out x.raw]
  Stored values of one DICOM file (sign and BitsStored handled, before rescale) as int32 little endian.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['FILE'], {
      frame: { type: 'string' },
      out: { type: 'string' },
    })
    const frame = values.frame === undefined ? undefined : wholeNumber(values.frame, '--frame')
    const { values: stored, ...facts } = await storedValues(positionals[0]!, frame)
    const out = values.out === undefined ? null : resolve(values.out)
    if (out !== null) await writeFileAtomic(out, new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength))
    const { rows, columns, samples, frames, min, max, sum, sha256 } = facts
    io.print(`${columns} x ${rows} pixels, ${samples} per pixel, ${frames} frames: ${min} to ${max}, sum ${sum}`)
    io.print(`sha256 ${sha256}`)
    return { ...facts, out }
  },
}
