// Images of one series that can lie in one stack: same size, kind of pixels, orientation and spacing (CASES D09).
import { planeAxes } from '../geometry/stack'
import type { Vec3 } from '../geometry/types'
import { dot } from '../geometry/vector'
import type { FrameFacts } from './frames'
import type { ImageFacts, Instance } from './instance'

/** One frame of one instance: a candidate slice. */
export interface Plane {
  readonly instance: Instance
  readonly image: ImageFacts
  /** 0-based; of a mosaic the number of the tile. */
  readonly frame: number
  readonly facts: FrameFacts
}

/** What planes of one class have in common. */
export interface PlaneClass {
  /** Stable text of the shared properties, part of the volume's id. */
  readonly key: string
  readonly planes: Plane[]
  readonly localizer: boolean
}

/** Directions that differ less than this (0.3 degrees) are one orientation. */
const SAME_DIRECTION = Math.cos((0.3 * Math.PI) / 180)
const SAME_SPACING = 0.001

/** In an order that does not depend on the file system: InstanceNumber, SOPInstanceUID, frame. */
export function planesOf(instances: readonly Instance[]): Plane[] {
  const planes = instances.flatMap(instance =>
    (instance.image?.frames ?? []).map((facts, frame): Plane => ({ instance, image: instance.image!, frame, facts })),
  )
  return planes.sort(
    (a, b) =>
      (a.instance.instanceNumber ?? Infinity) - (b.instance.instanceNumber ?? Infinity) ||
      compare(a.instance.sopInstanceUid, b.instance.sopInstanceUid) ||
      compare(a.instance.file, b.instance.file) ||
      a.frame - b.frame,
  )
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Modalities whose images without position are slices of one stack all the same; those of others stand alone. */
const STACKED_MODALITIES = new Set(['CT', 'MR', 'PT', 'NM'])

/** Parts a series into classes of planes that can be stacked. */
export function classesOf(planes: readonly Plane[]): PlaneClass[] {
  const classes: (PlaneClass & { orientation: readonly number[] | null })[] = []
  for (const plane of planes) {
    const { instance, image, facts } = plane
    const { layout } = image
    const placed = facts.positionLps !== null && planeAxes(facts.orientation) !== null
    const localizer = instance.imageType.includes('LOCALIZER')
    const alone = !placed && (layout.frames > 1 || !STACKED_MODALITIES.has(instance.modality))
    const key = [
      ...[image.sliceSize.columns, image.sliceSize.rows, layout.samples, layout.photometric, layout.kind],
      ...[facts.unit, localizer ? 'LOCALIZER' : '', placed ? 'placed' : 'unplaced'],
      alone ? instance.sopInstanceUid : '',
    ].join('|')
    const known = classes.find(
      other =>
        other.key === key &&
        (!alone || other.planes[0]!.instance === instance) &&
        sameOrientation(other.orientation, placed ? facts.orientation : null) &&
        sameSpacing(other.planes[0]!.facts.pixelSpacingMm, facts.pixelSpacingMm),
    )
    if (known) known.planes.push(plane)
    else classes.push({ key, planes: [plane], localizer, orientation: placed ? facts.orientation : null })
  }
  return classes.map(({ key, planes: members, localizer, orientation }) => ({
    key: [
      key,
      ...(orientation ?? []).map(hundredths),
      ...(members[0]!.facts.pixelSpacingMm ?? []).map(hundredths),
    ].join('|'),
    planes: members,
    localizer,
  }))
}

/** Coarse, so that noise between the slices of a stack does not change the key; never -0. */
const hundredths = (value: number): number => Math.round(value * 100) / 100 + 0

function sameOrientation(a: readonly number[] | null, b: readonly number[] | null): boolean {
  const [first, second] = [planeAxes(a), planeAxes(b)]
  if (!first || !second) return first === second
  const close = (p: Vec3, q: Vec3): boolean => dot(p, q) >= SAME_DIRECTION
  return close(first.row, second.row) && close(first.column, second.column)
}

function sameSpacing(a: readonly number[] | null, b: readonly number[] | null): boolean {
  if (!a || !b) return a === b
  return a.every((value, index) => Math.abs(value - b[index]!) <= SAME_SPACING * value)
}
