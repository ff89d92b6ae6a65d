// `sagitta segment MODEL PATH --out labels.nii.gz`
import { resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import { readModel, TestedProviders } from '#compute/index'
import { openVolume, writeLabelFile } from '#study/index'
import { readArguments, UsageError, type Command } from '../command'
import { segmentVolume } from './segmentVolume'

export const segmentCommand: Command = {
  name: 'segment',
  usage: `segment MODEL PATH --out labels.nii.gz [--volume ID] [--provider auto|cpu|...]
  Runs a model on a scan (DICOM folder or file, NIfTI) and writes its label map on the scan's own grid.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['MODEL', 'PATH'], {
      out: { type: 'string' },
      volume: { type: 'string' },
      provider: { type: 'string', default: 'auto' },
    })
    if (values.out === undefined) throw new UsageError('--out labels.nii.gz is missing.')
    const out = resolve(values.out)
    refuseOtherFormats(out)
    const [modelPath, path] = positionals as [string, string]
    const model = await readModel(modelPath)
    const { provider, reason } = await new TestedProviders().choose(values.provider)
    io.log(reason)
    const volume = await openVolume(path, { ...(values.volume ? { volumeId: values.volume } : {}), signal: io.signal })
    const segmented = await segmentVolume(model, volume, provider, io)
    await writeLabelFile(out, segmented.values, volume.info)
    for (const notice of segmented.notices) io.log(notice)
    const labels = segmented.labels.map(({ value, name, voxels, volumeMl }) => ({ value, name, voxels, volumeMl }))
    for (const { name, voxels, volumeMl } of labels)
      io.print(`${name}: ${volumeMl === null ? `${voxels} voxels` : `${volumeMl.toFixed(1)} mL`}`)
    return { out, labels, seconds: segmented.seconds, provider, notices: segmented.notices }
  },
}

function refuseOtherFormats(out: string): void {
  if (/\.nii(\.gz)?$/.test(out)) return
  throw new SagittaError(
    'unsupported-format',
    `${out}: label maps are written as NIfTI. End the name with .nii.gz or .nii; "sagitta labels convert" makes other formats of it.`,
    { out },
  )
}
