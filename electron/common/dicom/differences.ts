// The attributes by which images at one place differ: time, echo, diffusion, phase (CASES D08).
import type { Attributes, Tag } from './attributes'
import { TAGS } from './tags'

/** In the order in which a series is split by them: the most telling first. */
export const DIFFERENCE_NAMES = [
  'temporalPosition',
  'bValue',
  'gradientDirection',
  'echo',
  'phase',
  'imageType',
  'frameTime',
  'triggerTime',
  'acquisition',
  'acquisitionTime',
  'contentTime',
] as const

export type DifferenceName = (typeof DIFFERENCE_NAMES)[number]

export type Differences = Readonly<Partial<Record<DifferenceName, string | number>>>

/** Siemens (0019,100C) and GE (0043,1039) keep the b-value in private elements when the standard one is absent. */
const SIEMENS_B_VALUE: Tag = 'x0019100c'
const GE_B_VALUES: Tag = 'x00431039'

export function differencesOf(macro: (sequence: Tag) => Attributes): Differences {
  const content = macro(TAGS.FrameContentSequence)
  const echo = macro(TAGS.MREchoSequence)
  const diffusion = macro(TAGS.MRDiffusionSequence)
  const cardiac = macro(TAGS.CardiacSynchronizationSequence)
  const temporal = macro(TAGS.TemporalPositionSequence)
  const found: Record<DifferenceName, string | number | null> = {
    temporalPosition:
      content.unsignedLong(TAGS.TemporalPositionIndex) ??
      temporal.double(TAGS.TemporalPositionTimeOffset) ??
      content.decimal(TAGS.TemporalPositionIdentifier),
    bValue: bValue(diffusion),
    gradientDirection: gradientDirection(diffusion),
    echo: echo.decimal(TAGS.EchoNumbers) ?? echo.double(TAGS.EffectiveEchoTime) ?? echo.decimal(TAGS.EchoTime),
    phase: cardiac.double(TAGS.NominalCardiacTriggerDelayTime),
    imageType: content.ascii(TAGS.ImageType),
    frameTime: content.decimal(TAGS.FrameReferenceTime),
    triggerTime: content.decimal(TAGS.TriggerTime),
    acquisition: content.decimal(TAGS.AcquisitionNumber),
    acquisitionTime: content.string(TAGS.AcquisitionDateTime) ?? content.string(TAGS.AcquisitionTime),
    contentTime: content.string(TAGS.ContentTime),
  }
  const present: Partial<Record<DifferenceName, string | number>> = {}
  for (const name of DIFFERENCE_NAMES) {
    const value = found[name]
    if (value !== null) present[name] = value
  }
  return present
}

function bValue(diffusion: Attributes): number | null {
  const standard = diffusion.double(TAGS.DiffusionBValue)
  if (standard !== null) return standard
  const siemens = diffusion.decimal(SIEMENS_B_VALUE)
  if (siemens !== null) return siemens
  const ge = diffusion.decimal(GE_B_VALUES)
  // GE adds 10^9 to the b-value when several are acquired.
  return ge === null ? null : ge % 1e9
}

function gradientDirection(diffusion: Attributes): string | null {
  const holder = diffusion.item(TAGS.DiffusionGradientDirectionSequence) ?? diffusion
  const values = [0, 1, 2].map(index => holder.double(TAGS.DiffusionGradientOrientation, index))
  return values.includes(null) ? null : values.join(' ')
}
