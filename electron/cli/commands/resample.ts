// `sagitta resample PATH --volume ID --out x.nii.gz`: an evenly spaced copy of a volume with gaps, uneven steps or tilt, on the user's word.
import { resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import type { Vec3 } from '#common/geometry/types'
import { loadVolume, readLabelsByIndex, resampleLabels, resampleVolume, writeLabelFile, writeNifti } from '#study/index'
import { readArguments, required, UsageError, type Command } from '../command'
import { findVolume } from '../findVolume'

export const resample: Command = {
  name: 'resample',
  usage: `resample PATH [--volume ID] [--spacing X,Y,Z] --out x.nii.gz [--labels IN --labels-out OUT]
  Writes an evenly spaced copy of a volume as NIfTI: slices with gaps, uneven steps or tilt become straight ones with one affine.
  Values are interpolated linearly, labels by the nearest voxel; what nobody measured is counted. Without --spacing the scan's own
  pixel spacing and its usual step are kept. --labels is a label map with the voxels of the volume, as a project's labels folder has it.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['PATH'], {
      volume: { type: 'string' },
      spacing: { type: 'string' },
      out: { type: 'string' },
      labels: { type: 'string' },
      'labels-out': { type: 'string' },
    })
    const out = niftiName(required(values.out, '--out x.nii.gz'))
    if ((values.labels === undefined) !== (values['labels-out'] === undefined))
      throw new UsageError('--labels and --labels-out go together.')
    const spacingMm = values.spacing === undefined ? null : millimetres(values.spacing)
    const source = await findVolume(positionals[0]!, values.volume, io)
    const volume = await loadVolume(source, {
      signal: io.signal,
      onProgress: (done, total) => io.progress(`Reading: ${done} of ${total} slices`),
    })
    const { grid, data, facts } = await resampleVolume(volume, {
      spacingMm,
      signal: io.signal,
      onProgress: (done, total) => io.progress(`Resampling: ${done} of ${total} slices`),
    })
    await writeNifti(out, {
      size: grid.size,
      affineLps: grid.affineLps,
      data,
      description: 'Sagitta, resampled linearly',
    })
    const labelsOut = values['labels-out'] === undefined ? null : niftiName(values['labels-out'])
    if (labelsOut !== null) {
      const drawn = await readLabelsByIndex(values.labels!, volume.info, 'the volume')
      await writeLabelFile(labelsOut, resampleLabels(volume, drawn, spacingMm), grid)
    }
    const { id, size, verdict, warnings } = volume.info
    io.print(
      `${out}: ${size.join(' x ')} voxels became ${grid.size.join(' x ')} of ${grid.spacingMm.map(short).join(' x ')} mm`,
    )
    if (labelsOut !== null) io.print(`${labelsOut}: its labels`)
    if (facts.inHoles.length > 0)
      io.print(
        `blended across holes of the scan, where nobody measured: slice ${facts.inHoles.map(k => k + 1).join(', ')}`,
      )
    if (facts.outsideVoxels > 0)
      io.print(
        `${facts.outsideVoxels} voxels lie outside of every scanned slice and have the value ${facts.outsideValue}`,
      )
    return {
      ...{ out, labelsOut, volume: id, interpolation: 'linear', from: { size, verdict, warnings } },
      ...{ size: grid.size, spacingMm: grid.spacingMm, affineLps: grid.affineLps, ...facts },
    }
  },
}

const short = (mm: number): number => Number(mm.toFixed(4))

function niftiName(path: string): string {
  if (/\.nii(\.gz)?$/i.test(path)) return resolve(path)
  throw new SagittaError('unsupported-format', `${path}: resampled volumes are written as .nii or .nii.gz.`, { path })
}

function millimetres(text: string): Vec3 {
  const [x, y, z, ...more] = text.split(',').map(Number)
  if (x! > 0 && y! > 0 && z! > 0 && more.length === 0 && [x, y, z].every(Number.isFinite)) return [x!, y!, z!]
  throw new UsageError(`--spacing takes three lengths in mm with commas between, like 1,1,2.5, not "${text}".`)
}
