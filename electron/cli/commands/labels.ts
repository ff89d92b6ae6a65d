// `sagitta labels convert` and `sagitta labels measure`: label maps of other tools onto the grid of their images, and what they measure.
import { resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import { reordering, reorder } from '#common/labelmap/lattice'
import { measure } from '#common/labelmap/measure'
import type { VolumeInfo } from '#common/ipc/volume'
import { readLabelFile, readLabelsOn, writeLabelFile, type LabelFile } from '#study/index'
import { readArguments, required, type Command, type CommandIo } from '../command'
import { findVolume, volumesUnder } from '../findVolume'
import { table } from '../table'

const OPTIONS = { reference: { type: 'string' }, volume: { type: 'string' } } as const

export const labelsConvert: Command = {
  name: 'labels convert',
  usage: `labels convert --reference PATH [--volume ID] IN OUT
  Writes a label map (NIfTI) on the grid and in the voxel order of its images; it is read again and compared.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['IN', 'OUT'], OPTIONS)
    const [input, output] = [positionals[0]!, resolve(positionals[1]!)]
    if (!/\.nii(\.gz)?$/i.test(output))
      throw new SagittaError('unsupported-format', `${output}: label maps are written as .nii or .nii.gz.`, {
        path: output,
      })
    const { info, labels } = await laidOver(input, required(values.reference, '--reference PATH'), values.volume, io)
    await writeLabelFile(output, labels, info)
    const found = await readLabelsOn(output, info, 'the volume')
    if (!found.every((value, n) => value === labels[n]))
      throw new SagittaError(
        'corrupt-file',
        `${output} did not read back as it was written. Check the disk and try again.`,
        { path: output },
      )
    const measured = measure(labels, info).map(({ value, voxels, volumeMl }) => ({ value, voxels, volumeMl }))
    io.print(output)
    io.print(
      table(
        ['label', 'voxels', 'mL'],
        measured.map(({ value, voxels, volumeMl }) => [value, voxels, volumeMl]),
      ),
    )
    return { out: output, volume: info.id, labels: measured }
  },
}

export const labelsMeasure: Command = {
  name: 'labels measure',
  usage: `labels measure --reference PATH [--volume ID] IN
  Voxels, millilitres, extents in mm along the image axes and number of pieces of every label.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['IN'], OPTIONS)
    const reference = required(values.reference, '--reference PATH')
    const { info, labels } = await laidOver(positionals[0]!, reference, values.volume, io)
    const measured = measure(labels, info)
    const rows = measured.map(({ value, voxels, volumeMl, extentMm, components }) => [
      value,
      voxels,
      volumeMl,
      extentMm ? extentMm.map(mm => Number(mm.toFixed(2))).join(' x ') : '-',
      components,
    ])
    io.print(table(['label', 'voxels', 'mL', 'extent mm', 'pieces'], rows))
    return { volume: info.id, labels: measured }
  },
}

interface LaidOver {
  readonly info: VolumeInfo
  /** In the voxel order of the volume. */
  readonly labels: Uint16Array
}

/** The label map on its images' grid. Without `--volume`, the volume whose voxels it has. @throws grid-mismatch when there is none */
async function laidOver(input: string, reference: string, id: string | undefined, io: CommandIo): Promise<LaidOver> {
  const file = await readLabelFile(input)
  const candidates = id === undefined ? await volumesUnder(reference, io) : [await findVolume(reference, id, io)]
  for (const { info } of candidates) {
    const labels = onGrid(file, info)
    if (labels) return { info, labels }
  }
  const grids = candidates.map(({ info }) => `${info.id} (${info.size.join(' x ')}, ${info.verdict.kind})`)
  throw new SagittaError(
    'grid-mismatch',
    `${input} (${file.size.join(' x ')} voxels) lies on the grid of no volume under ${reference}. There are ${grids.join('; ')}.`,
    { path: input, size: [...file.size], volumes: candidates.map(({ info }) => info.id) },
  )
}

function onGrid(file: LabelFile, { size, affineLps }: VolumeInfo): Uint16Array | null {
  const order = affineLps && reordering(file, { size, affineLps })
  return order ? reorder(file.values, file.size, order) : null
}
