// An image file (NRRD, MetaImage, PNG, TIFF, JPEG) as volumes of the same kind as those made from DICOM.
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { placeName, type FilePlace } from '#common/dicom/instance'
import { gridHash } from '#common/geometry/gridHash'
import { hashText } from '#common/geometry/hash'
import type { Grid, Verdict } from '#common/geometry/types'
import type { VolumeInfo, Warning } from '#common/ipc/volume'
import { withEntryFile } from '../intake/entryFile'
import type { ImageVolumeSource } from '../intake/types'
import { volumeOf, type LoadOptions, type Volume } from '../volumes/volume'
import { rangeOfValues } from '../volumes/values'
import { gridOfAffine } from './affineGrid'
import { fileVolumeInfo } from './fileVolumeInfo'
import type { ImageFormat } from './imageFormat'
import { pngShape } from './imageFormat'
import { readItkFacts, readItkImage, type ItkFacts } from './itkImage'

/**
 * @param head first bytes of the file, for an identity that does not depend on where it lies
 * @throws corrupt-file, unsupported-format
 */
export async function imageVolumes(
  place: FilePlace,
  format: ImageFormat,
  head: Uint8Array,
): Promise<ImageVolumeSource[]> {
  const shape = format === 'png' ? pngShape(head) : null
  // ITK takes a moment per file; a folder may hold thousands of PNGs.
  const facts: ItkFacts = shape
    ? { ...shape, parts: 1, spacingMm: [1, 1, 1], affineLps: null }
    : await withEntryFile(place, path => readItkFacts(path, format))
  const content = createHash('sha256').update(head).digest('hex')
  const identity = hashText(`${basename(placeName(place))}|${content}`)
  return Array.from({ length: facts.parts }, (_, part) => ({
    format: 'image',
    imageFormat: format,
    info: infoOf(facts, place, part, facts.parts === 1 ? identity : hashText(`${identity}|${part}`)),
    file: place,
    part,
  }))
}

function infoOf(facts: ItkFacts, place: FilePlace, part: number, id: string): VolumeInfo {
  const { size, samples, parts, spacingMm, affineLps } = facts
  const grid = affineLps ? gridOfAffine(size, affineLps, true) : placeless(size, spacingMm)
  const name = basename(placeName(place))
  return {
    ...fileVolumeInfo(grid, {
      ...{ id, path: place.path },
      description: parts === 1 ? name : `${name} (${part + 1} of ${parts})`,
    }),
    samples,
    photometric: samples === 3 ? 'RGB' : 'MONOCHROME2',
    warnings: affineLps ? [] : [noPlace(placeName(place))],
    geometryHash: gridHash(grid),
  }
}

const noPlace = (path: string): Warning => ({
  code: 'geometry-none',
  message: 'This kind of file does not say where in the patient the image lies, and hardly ever how large a pixel is.',
  files: [path],
})

function placeless(size: ItkFacts['size'], spacingMm: ItkFacts['spacingMm']): Grid {
  const verdict: Verdict = {
    ...{ kind: 'none', details: 'The file does not say where in the patient this image lies.' },
    ...{ files: [], tiltDegrees: null, gaps: [] },
  }
  return {
    size: [...size],
    spacingMm: [...spacingMm],
    affineLps: null,
    slicePositionsMm: null,
    orientation: null,
    verdict,
  }
}

export async function loadImageVolume(source: ImageVolumeSource, options: LoadOptions): Promise<Volume> {
  const image = await withEntryFile(source.file, path => readItkImage(path, source.imageFormat))
  const perPart = image.data.length / image.parts
  const data = image.data.subarray(source.part * perPart, (source.part + 1) * perPart)
  const range = rangeOfValues(data)
  const photometric = image.samples === 3 ? 'RGB' : 'MONOCHROME2'
  const info = {
    ...source.info,
    samples: image.samples,
    photometric,
    valueRange: range && ([range[0], range[1]] as [number, number]),
  }
  const volume = volumeOf(info, data)
  const slices = info.size[2]
  for (let k = 0; k < slices; k++) options.onSlice?.(k, () => volume.slice(k))
  options.onProgress?.(slices, slices)
  return volume
}
