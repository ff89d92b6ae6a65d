// From the planes of a volume to where its slices' pixels lie.
import { IDENTITY } from '#common/dicom/rescale'
import type { Instance } from '#common/dicom/instance'
import type { DicomVolume } from '#common/dicom/volumes'
import type { DicomVolumeSource, PixelFile } from '../intake/types'

export function dicomSource(volume: DicomVolume): DicomVolumeSource {
  const files = new Map<Instance, PixelFile>()
  const slices = volume.planes.map(({ instance, image, frame, facts }) => {
    const known = files.get(instance)
    const pixels = known ?? {
      file: { path: instance.file, entry: null },
      transferSyntaxUid: instance.transferSyntaxUid,
      layout: image.layout,
      offset: image.offset,
      length: image.length,
      deflatedFrom: image.deflatedFrom,
    }
    if (!known) files.set(instance, pixels)
    return {
      pixels,
      frame,
      tile: null,
      rescale: facts.rescale ?? IDENTITY,
      padding: image.padding,
      positionLps: facts.positionLps,
    }
  })
  return { format: 'dicom', info: volume.info, slices }
}
