// `sagitta export PATH --volume ID --out x.nii.gz`: a volume after rescale as NIfTI.
import { resolve } from 'node:path'
import { exportVolume, loadVolume } from '#study/index'
import { readArguments, required, type Command } from '../command'
import { findVolume } from '../findVolume'

export const exportCommand: Command = {
  name: 'export',
  usage: `export PATH [--volume ID] --out x.nii.gz
  Writes a volume after rescale as NIfTI. --volume may be left out where PATH holds one volume.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['PATH'], {
      volume: { type: 'string' },
      out: { type: 'string' },
    })
    const out = resolve(required(values.out, '--out x.nii.gz'))
    const source = await findVolume(positionals[0]!, values.volume, io)
    const volume = await loadVolume(source, {
      signal: io.signal,
      onProgress: (done, total) => io.progress(`Reading: ${done} of ${total} slices`),
    })
    await exportVolume(volume, out)
    const { id, size, spacingMm, verdict, valueRange, warnings } = volume.info
    io.print(`${out}: ${size.join(' x ')} voxels of ${spacingMm.map(mm => Number(mm.toFixed(4))).join(' x ')} mm`)
    for (const { message } of warnings) io.log(message)
    return { out, volume: id, size, spacingMm, valueRange, verdict, warnings }
  },
}
