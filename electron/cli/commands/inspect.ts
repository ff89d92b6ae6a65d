// `sagitta inspect PATH...`: what is in files, folders and zips, with the geometry verdict and the range of values of every volume.
import { asSagittaError } from '#common/errors'
import type { Inspection, VolumeInfo } from '#common/ipc/volume'
import { loadVolume, scanPaths, statisticsOf, type VolumeSource } from '#study/index'
import { readArguments, type Command, type CommandIo } from '../command'
import { table } from '../table'

export const inspect: Command = {
  name: 'inspect',
  usage: `inspect PATH... [--headers]
  Scans files, folders, zips and DICOMDIRs: volumes with geometry verdict, range, mean and spread of values, what was skipped and why.
  --headers leaves the pixels unread, and their values open.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['PATH...'], { headers: { type: 'boolean', default: false } })
    const { inspection, sources } = await scanPaths(positionals, {
      signal: io.signal,
      onProgress: ({ filesSeen, series }) => io.progress(`Scanning: ${filesSeen} files, ${series} series`),
    })
    const volumes: VolumeInfo[] = []
    for (const source of sources.values()) volumes.push(values.headers ? source.info : await withValues(source, io))
    const answer: Inspection = { files: inspection.files, volumes }
    print(answer, io)
    return answer
  },
}

/** Reads the pixels for the range of values; a volume that can't be read keeps its facts and says why. */
async function withValues(source: VolumeSource, io: CommandIo): Promise<VolumeInfo> {
  const { info } = source
  try {
    const volume = await loadVolume(source, {
      signal: io.signal,
      onProgress: (done, total) => io.progress(`Reading ${info.description || info.id}: ${done} of ${total} slices`),
    })
    const statistics = volume.info.samples === 1 ? statisticsOf(volume.data, volume.info.padding) : null
    return { ...volume.info, ...(statistics ? { statistics } : {}) }
  } catch (thrown) {
    const error = asSagittaError(thrown)
    if (error.code === 'cancelled') throw error
    return { ...info, warnings: [...info.warnings, { code: error.code, message: error.message, files: [] }] }
  }
}

/** Seven digits: what single precision holds. */
const short = (value: number): number => Number(value.toPrecision(7))

function print({ files, volumes }: Inspection, io: CommandIo): void {
  io.print(
    `${files.read} files read, ${files.skipped.length} skipped, ${volumes.length} ${volumes.length === 1 ? 'volume' : 'volumes'}`,
  )
  const rows = volumes.map(({ id, modality, description, size, spacingMm, verdict, valueRange }) => [
    id,
    modality || '-',
    description || '-',
    size.join(' x '),
    spacingMm.map(mm => Number(mm.toFixed(4))).join(' x '),
    verdict.kind,
    valueRange ? valueRange.map(short).join(' to ') : '-',
  ])
  if (rows.length > 0)
    io.print(table(['volume', 'modality', 'description', 'voxels', 'mm', 'geometry', 'values'], rows))
  for (const { id, verdict, warnings } of volumes) {
    if (verdict.kind !== 'uniform') io.print(`${id}: ${verdict.details}`)
    for (const { message } of warnings) if (message !== verdict.details) io.print(`${id}: ${message}`)
  }
  for (const { path, reason } of files.skipped) io.print(`skipped ${path}: ${reason}`)
}
