// Per frame: where it lies, how it is scaled, and what sets it apart from others at the same place.
import type { Vec3 } from '../geometry/types'
import type { VoiLut, WindowLevel } from '../ipc/volume'
import type { Attributes, Tag } from './attributes'
import { rescaleOf, unitOf } from './image'
import type { PixelLayout } from './pixelLayout'
import type { Rescale } from './rescale'
import { differencesOf, type Differences } from './differences'
import { TAGS } from './tags'
import { voiLutOf, windowsOf } from './windows'
import { planeAxes } from '../geometry/stack'
import { add, scale } from '../geometry/vector'

export interface FrameFacts {
  readonly positionLps: Vec3 | null
  readonly orientation: readonly number[] | null
  /** Distance between columns (x) and rows (y), mm. PixelSpacing is (row spacing, column spacing) = (y, x) (PS3.3 10.7.1.3). */
  readonly pixelSpacingMm: readonly [x: number, y: number] | null
  /** The spacing is that at the detector or of a scanned film, not in the patient. */
  readonly spacingAtDetector: boolean
  /** SpacingBetweenSlices, else SliceThickness: only used where positions cannot tell. */
  readonly thicknessMm: number | null
  readonly rescale: Rescale | null
  /** Of the values after rescale; empty when unknown. */
  readonly unit: string
  readonly windows: readonly WindowLevel[]
  /** An explicit VOI LUT, which takes the place of the windows (PS3.3 C.11.2.1.1). */
  readonly voiLut: VoiLut | null
  readonly differences: Differences
}

/** One record per frame of the image; for a plain single-frame object its top-level attributes. */
export function framesOf(attributes: Attributes, layout: PixelLayout): FrameFacts[] {
  const perFrame = attributes.sequence(TAGS.PerFrameFunctionalGroupsSequence)
  const shared = attributes.item(TAGS.SharedFunctionalGroupsSequence)
  if (shared || perFrame.length > 0)
    return Array.from({ length: layout.frames }, (_, frame) =>
      factsOf(groupsReader(attributes, perFrame[frame] ?? null, shared), attributes, layout),
    )
  const only = factsOf(plainReader(attributes), attributes, layout)
  return layout.frames === 1 ? [only] : multiFrameWithoutGroups(attributes, only, layout.frames)
}

/**
 * The dataset that holds a macro's attributes: the item of a functional group, per frame before shared (PS3.3 C.7.6.16), or the top
 * level where the object has no groups or lacks this one.
 */
type MacroReader = (sequence: Tag) => Attributes

const plainReader =
  (top: Attributes): MacroReader =>
  () =>
    top

const groupsReader =
  (top: Attributes, own: Attributes | null, shared: Attributes | null): MacroReader =>
  sequence =>
    own?.item(sequence) ?? shared?.item(sequence) ?? top

function factsOf(macro: MacroReader, top: Attributes, layout: PixelLayout): FrameFacts {
  const measures = macro(TAGS.PixelMeasuresSequence)
  const spacing = spacingOf(measures)
  const transformation = macro(TAGS.PixelValueTransformationSequence)
  const rescale = rescaleOf(transformation, layout.signed)
  return {
    positionLps: point(macro(TAGS.PlanePositionSequence).vector(TAGS.ImagePositionPatient, 3)),
    orientation: macro(TAGS.PlaneOrientationSequence).vector(TAGS.ImageOrientationPatient, 6),
    pixelSpacingMm: spacing?.mm ?? null,
    spacingAtDetector: spacing?.atDetector ?? false,
    thicknessMm:
      positive(measures.decimal(TAGS.SpacingBetweenSlices)) ?? positive(measures.decimal(TAGS.SliceThickness)),
    rescale,
    unit: unitOf(transformation, top, rescale),
    windows: windowsOf(macro(TAGS.FrameVOILUTSequence)),
    voiLut: voiLutOf(macro(TAGS.FrameVOILUTSequence), layout.signed || rescaledBelowZero(rescale)),
    differences: differencesOf(macro),
  }
}

const rescaledBelowZero = (rescale: Rescale | null): boolean => rescale?.kind === 'linear' && rescale.intercept < 0

const point = (values: number[] | null): Vec3 | null => (values ? [values[0]!, values[1]!, values[2]!] : null)

const positive = (value: number | null): number | null => {
  const size = value === null ? 0 : Math.abs(value)
  return size > 0 ? size : null
}

function spacingOf(measures: Attributes): { mm: readonly [number, number]; atDetector: boolean } | null {
  const inPatient = pair(measures.vector(TAGS.PixelSpacing, 2))
  if (inPatient) return { mm: inPatient, atDetector: false }
  const atDetector = pair(measures.vector(TAGS.ImagerPixelSpacing, 2))
  if (atDetector) return { mm: atDetector, atDetector: true }
  const region = measures.item(TAGS.SequenceOfUltrasoundRegions)
  const unit = (tag: Tag): boolean => region?.unsigned(tag) === 3 // cm (PS3.3 C.8.5.5.1.15)
  const x = region?.double(TAGS.PhysicalDeltaX) ?? null
  const y = region?.double(TAGS.PhysicalDeltaY) ?? null
  if (!x || !y || !unit(TAGS.PhysicalUnitsXDirection) || !unit(TAGS.PhysicalUnitsYDirection)) return null
  return { mm: [Math.abs(x) * 10, Math.abs(y) * 10], atDetector: false }
}

function pair(rowThenColumn: number[] | null): readonly [number, number] | null {
  if (!rowThenColumn) return null
  const [y, x] = rowThenColumn as [number, number]
  return x > 0 && y > 0 ? [x, y] : null
}

/**
 * Older multi-frame objects (NM, RT dose): one position for all frames. The others follow along the normal, by the signed
 * SpacingBetweenSlices (PS3.3 C.8.4.10) or the offsets of a dose grid (C.8.8.3.2).
 */
function multiFrameWithoutGroups(attributes: Attributes, first: FrameFacts, frames: number): FrameFacts[] {
  const detector = attributes.item(TAGS.DetectorInformationSequence)
  const orientation = first.orientation ?? detector?.vector(TAGS.ImageOrientationPatient, 6) ?? null
  const origin = first.positionLps ?? point(detector?.vector(TAGS.ImagePositionPatient, 3) ?? null)
  const normal = planeAxes(orientation)?.normal ?? null
  const offsets = attributes.decimals(TAGS.GridFrameOffsetVector)
  const step = attributes.decimal(TAGS.SpacingBetweenSlices)
  return Array.from({ length: frames }, (_, frame) => {
    const relative = offsets[frame] ?? (step === null ? null : step * frame)
    const offset = relative !== null && offsets.length > 0 && offsets[0] ? relative - offsets[0] : relative
    const positionLps = origin && normal && offset !== null ? add(origin, scale(normal, offset)) : null
    return { ...first, orientation: positionLps && orientation, positionLps }
  })
}
