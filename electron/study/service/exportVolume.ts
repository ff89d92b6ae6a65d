// A volume after rescale as a NIfTI file.
import { SagittaError } from '#common/errors'
import { writeNifti } from '../images/nifti'
import type { Volume } from '../volumes/volume'

/** @throws no-geometry where no single affine places the voxels, unsupported-format for colour, not-writable, disk-full */
export async function exportVolume({ info, data }: Volume, out: string): Promise<void> {
  if (!info.affineLps)
    throw new SagittaError(
      'no-geometry',
      `${info.description || info.id} can't be written as NIfTI: ${info.verdict.details} NIfTI needs evenly spaced slices; resample the volume first.`,
      { volumeId: info.id, verdict: info.verdict.kind },
    )
  if (info.samples !== 1)
    throw new SagittaError(
      'unsupported-format',
      'Colour images are not exported as NIfTI: values there are measurements.',
      {
        volumeId: info.id,
      },
    )
  await writeNifti(out, { size: info.size, affineLps: info.affineLps, data, description: 'Sagitta' })
}
