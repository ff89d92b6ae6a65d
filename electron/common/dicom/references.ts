// Which series and images an object (segmentation, structure set, report) says it is about.
import type { Attributes, Tag } from './attributes'
import { TAGS } from './tags'

export interface References {
  readonly referencedSeriesUids: readonly string[]
  readonly referencedSopInstanceUids: readonly string[]
}

export const NO_REFERENCES: References = { referencedSeriesUids: [], referencedSopInstanceUids: [] }

/** Sequences of the standard that lead to a referenced series or image, from any object (PS3.3 C.8.8.5, C.8.20, C.17.2, C.11.11). */
const PATHS: readonly Tag[] = [
  TAGS.ReferencedSeriesSequence,
  TAGS.ReferencedInstanceSequence,
  TAGS.ReferencedImageSequence,
  'x30060010', // Referenced Frame of Reference Sequence
  'x30060012', // RT Referenced Study Sequence
  'x30060014', // RT Referenced Series Sequence
  'x30060016', // Contour Image Sequence
  'x0040a375', // Current Requested Procedure Evidence Sequence
  'x0040a385', // Pertinent Other Evidence Sequence
  'x00081199', // Referenced SOP Sequence
  TAGS.SharedFunctionalGroupsSequence,
  TAGS.PerFrameFunctionalGroupsSequence,
  'x00089124', // Derivation Image Sequence
  'x00082112', // Source Image Sequence
]

export function referencesOf(attributes: Attributes): References {
  const series = new Set<string>()
  const images = new Set<string>()
  const visit = (dataset: Attributes, depth: number): void => {
    if (depth > 0) {
      const seriesUid = dataset.string(TAGS.SeriesInstanceUID)
      const imageUid = dataset.string(TAGS.ReferencedSOPInstanceUID)
      if (seriesUid) series.add(seriesUid)
      if (imageUid) images.add(imageUid)
    }
    if (depth < 6) for (const path of PATHS) for (const item of dataset.sequence(path)) visit(item, depth + 1)
  }
  visit(attributes, 0)
  return { referencedSeriesUids: [...series], referencedSopInstanceUids: [...images] }
}
