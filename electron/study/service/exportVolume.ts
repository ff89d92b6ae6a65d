// A volume after rescale as a NIfTI file.
import { SagittaError } from '#common/errors'
import { writeNifti } from '../images/nifti'
import type { Volume } from '../volumes/volume'

/**
 * Slices that never said where they lie are written as voxels without a place.
 * @throws no-geometry where the places are known and no single affine describes them, unsupported-format for colour, not-writable, disk-full
 */
export async function exportVolume({ info, data }: Volume, out: string): Promise<void> {
  const { verdict } = info
  if (!info.affineLps && verdict.kind !== 'none')
    throw new SagittaError(
      'no-geometry',
      `${info.description || info.id} can't be written as NIfTI: ${verdict.details} ${
        verdict.kind === 'duplicates'
          ? 'NIfTI would give every slice a place of its own.'
          : 'NIfTI needs evenly spaced slices: make an evenly spaced copy of it (sagitta resample).'
      }`,
      { volumeId: info.id, verdict: verdict.kind },
    )
  if (info.samples !== 1)
    throw new SagittaError(
      'unsupported-format',
      'Colour images are not exported as NIfTI: values there are measurements.',
      {
        volumeId: info.id,
      },
    )
  const { size, affineLps, spacingMm } = info
  const description = affineLps ? 'Sagitta' : 'Sagitta, place in patient unknown'
  await writeNifti(out, { size, affineLps, spacingMm, data, description })
}
