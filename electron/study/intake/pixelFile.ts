// From an instance's facts to where its pixel data lies.
import type { ImageFacts, Instance } from '#common/dicom/instance'
import type { PixelFile } from './types'

export const pixelFileOf = (instance: Instance, image: ImageFacts): PixelFile => ({
  file: instance.place,
  transferSyntaxUid: instance.transferSyntaxUid,
  layout: image.layout,
  palette: image.palette,
  offset: image.offset,
  length: image.length,
  deflatedFrom: image.deflatedFrom,
})
