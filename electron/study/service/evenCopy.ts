// An evenly spaced copy of a volume as a series of its own in the open project: written as NIfTI where the user chose, with its labels if wanted.
import { SagittaError } from '#common/errors'
import type { EvenCopyPlan } from '#common/ipc/study'
import type { VolumeInfo } from '#common/ipc/volume'
import { writeNifti } from '../images/nifti'
import { importChange } from '../labels/change'
import { BYTES_PER_VALUE, planOutput } from '../volumes/output'
import { planOf, resampleLabels, resampleVolume, type ResampleFacts } from '../volumes/resample'
import type { LoadRequest } from './volumeStore'
import type { StudyService } from './studyService'

/** What the copy would be, from headers alone. @throws no-geometry, unsupported-format */
export async function planEvenCopy(study: StudyService, volumeId: string): Promise<EvenCopyPlan> {
  const source = await study.source(volumeId)
  const { grid, inHoles } = planOf(source)
  const kind = source.format === 'dicom' ? planOutput(source).kind : 'float32'
  const bytes = grid.size[0] * grid.size[1] * grid.size[2] * BYTES_PER_VALUE[kind]
  return { size: grid.size, spacingMm: grid.spacingMm, slicesInHoles: inHoles.length, bytes }
}

export interface EvenCopyRequest {
  readonly volumeId: string
  readonly out: string
  /** Take the label map along, by the nearest voxel. Its slices stay `untouched` until a person completes them. */
  readonly labels: boolean
}

/** @throws no-geometry, unsupported-format, volume-too-large, not-writable, disk-full, cancelled */
export async function makeEvenCopy(
  study: StudyService,
  { volumeId, out, labels }: EvenCopyRequest,
  request: LoadRequest,
): Promise<{ out: string; volumeId: string }> {
  const plan = await planEvenCopy(study, volumeId)
  const limit = study.options.memoryLimitBytes()
  if (plan.bytes > limit) throw tooLarge(plan, limit)
  const volume = await study.load(volumeId, request)
  const { grid, data, facts } = await resampleVolume(volume, {
    ...(request.signal ? { signal: request.signal } : {}),
    onProgress: (done, total) => request.onProgress?.({ done, total }),
  })
  await writeNifti(out, {
    size: grid.size,
    affineLps: grid.affineLps,
    data,
    description: 'Sagitta, resampled linearly',
  })

  const { sources } = await study.scan([out], request.signal ? { signal: request.signal } : {})
  const [source] = sources.values()
  if (!source) throw new SagittaError('corrupt-file', `${out} did not read back as it was written.`, { path: out })
  const original = study.session?.volume(volumeId) ?? volume.info
  const info = infoOfCopy(original, source.info, facts)
  study.volumes.forget(info.id)
  study.catalog.set(info.id, { ...source, info })
  await study.ensureProject(original.description || 'Scan')
  await study.inProject(session => session.addSources([{ info, place: out }]))
  if (labels) {
    const drawn = await study.withLabels(volumeId, map => map.values.slice())
    const values = resampleLabels(volume, drawn)
    const from = `the labels of ${original.description || 'the original'}`
    await study.withLabels(info.id, map => map.edit(view => importChange(view, values, from, false)))
  }
  return { out, volumeId: info.id }
}

/** The copy belongs to the patient and the study of the original: a split by patient must keep them together. */
function infoOfCopy(original: VolumeInfo, copy: VolumeInfo, facts: ResampleFacts): VolumeInfo {
  const { patientId, patientName, patientSex, patientAge, studyUid, studyDate, studyDescription } = original
  const { modality, frameOfReferenceUid, unit, windows, photometric, seriesNumber } = original
  return {
    ...copy,
    ...{ patientId, patientName, patientSex, patientAge, studyUid, studyDate, studyDescription },
    ...{ modality, frameOfReferenceUid, unit, windows, photometric, seriesNumber },
    description: `${original.description || 'Series'}, evenly spaced`,
    warnings: [...copy.warnings, { code: 'resampled', message: sentence(facts), files: [copy.source] }],
  }
}

function sentence({ inHoles, outsideVoxels, outsideValue }: ResampleFacts): string {
  const shown = inHoles.slice(0, 8).map(k => k + 1)
  const more = inHoles.length > shown.length ? ` and ${inHoles.length - shown.length} more` : ''
  return [
    'A resampled copy: values between the scanned slices are interpolated linearly.',
    inHoles.length > 0 ? `Nobody measured slice ${shown.join(', ')}${more}: the scan has a hole there.` : '',
    outsideVoxels > 0
      ? `${outsideVoxels} voxels lie outside of every scanned slice and have the value ${outsideValue}.`
      : '',
  ]
    .filter(part => part !== '')
    .join(' ')
}

function tooLarge({ bytes, size }: EvenCopyPlan, limit: number): SagittaError {
  const mb = (value: number): number => Math.ceil(value / 2 ** 20)
  return new SagittaError(
    'volume-too-large',
    `The copy of ${size.join(' x ')} voxels takes ${mb(bytes)} MB; the limit is ${mb(limit)} MB. Raise the limit in the settings, or use sagitta resample with a larger --spacing.`,
    { bytes, budgetBytes: limit, size: [...size] },
  )
}
