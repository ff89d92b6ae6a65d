// From the planes of a volume to where its slices' pixels lie.
import { IDENTITY } from '#common/dicom/rescale'
import type { Instance } from '#common/dicom/instance'
import type { DicomVolume } from '#common/dicom/volumes'
import { pixelFileOf } from '../intake/pixelFile'
import type { DicomVolumeSource, PixelFile } from '../intake/types'

export function dicomSource(volume: DicomVolume): DicomVolumeSource {
  const files = new Map<Instance, PixelFile>()
  const slices = volume.planes.map(({ instance, image, frame, facts }) => {
    const known = files.get(instance)
    const pixels = known ?? pixelFileOf(instance, image)
    if (!known) files.set(instance, pixels)
    const tile = image.tiles?.[frame] ?? null
    return {
      pixels,
      frame: tile ? 0 : frame,
      tile,
      rescale: facts.rescale ?? IDENTITY,
      padding: image.padding,
      positionLps: facts.positionLps,
    }
  })
  return { format: 'dicom', info: volume.info, slices }
}
