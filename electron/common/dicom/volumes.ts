// Instances to volumes: by series, by class of plane, by what parts images at one place; each with its grid and its id.
import { gridHash } from '../geometry/gridHash'
import { hashText } from '../geometry/hash'
import { gridOfStack, orderAlongNormal, planeAxes } from '../geometry/stack'
import type { Grid, Vec3 } from '../geometry/types'
import { dot } from '../geometry/vector'
import type { VolumeInfo, Warning } from '../ipc/volume'
import type { Instance } from './instance'
import { paddingAfter } from './padding'
import { valueBytes } from './pixelLayout'
import { classesOf, planesOf, type Plane, type PlaneClass } from './planes'
import { IDENTITY } from './rescale'
import { transferSyntax } from './transferSyntax'
import { splitByTags, type Part } from './split'

export interface DicomVolume {
  readonly info: VolumeInfo
  /** In the order of slices k. */
  readonly planes: readonly Plane[]
}

/** Images closer than this along the normal, or than 1 % of the usual step, lie at one place. */
const SAME_PLACE_MM = 1e-3

/**
 * All volumes of a set of image instances, in the order: study, series number, size.
 * @param source folder or file the instances were read from, for the record
 */
export function volumesOf(instances: readonly Instance[], source: string): DicomVolume[] {
  const series = new Map<string, Instance[]>()
  for (const instance of instances) {
    const key = seriesKey(instance)
    const members = series.get(key)
    if (members) members.push(instance)
    else series.set(key, [instance])
  }
  const ordered = [...series].sort(([, a], [, b]) => byStudyThenSeries(a[0]!, b[0]!))
  return withDistinctIds(ordered.flatMap(([key, members]) => volumesOfSeries(key, members, source)))
}

/** A missing SeriesInstanceUID is replaced by what else tells series apart, so that such a series stays whole. */
export function seriesKey(instance: Instance): string {
  if (instance.seriesUid) return `${instance.studyUid}|${instance.seriesUid}`
  const { studyUid, frameOfReferenceUid, seriesNumber, seriesDescription, modality } = instance
  return [studyUid, 'no series', frameOfReferenceUid, seriesNumber, seriesDescription, modality].join('|')
}

function volumesOfSeries(key: string, members: readonly Instance[], source: string): DicomVolume[] {
  const classes = classesOf(planesOf(members))
  classes.sort((a, b) => b.planes.length - a.planes.length || compare(a.key, b.key))
  return classes.flatMap(planeClass => {
    const { ordered, places } = inOrder(planeClass.planes)
    const parts = splitByTags(ordered, places)
    const longest = Math.max(...parts.map(part => part.planes.length))
    const setId = hashText([key, planeClass.key].join('|'))
    return parts.map((part, index) => {
      const warnings = [
        ...(classes.length > 1 ? [mixedSeries(planeClass, classes)] : []),
        ...(part.planes.length < longest && part.axis !== 'file' ? [incomplete(part, longest)] : []),
      ].filter(warning => warning !== null)
      const id = parts.length > 1 ? hashText(`${setId}|${part.label}`) : setId
      const info = infoOf(id, part.planes, warnings, source)
      if (parts.length > 1) {
        info.set = { id: setId, axis: part.axis, index, count: parts.length }
        info.description = `${info.description} (${index + 1} of ${parts.length}: ${part.words})`.trim()
      }
      return { info, planes: part.planes }
    })
  })
}

/** Planes ascending along their common normal, with the index of each one's place; as they came when they have no position. */
function inOrder(planes: readonly Plane[]): { ordered: Plane[]; places: number[] } {
  const positions = planes.map(plane => plane.facts.positionLps)
  const known = positions.filter((position): position is Vec3 => position !== null)
  const axes = planeAxes(planes[0]!.facts.orientation)
  if (!axes || known.length < planes.length) return { ordered: [...planes], places: planes.map((_, index) => index) }
  const order = orderAlongNormal(known, axes.normal)
  const along = order.map(index => dot(known[index]!, axes.normal))
  const extent = along.at(-1)! - along[0]!
  const tolerance = Math.max(SAME_PLACE_MM, (0.01 * extent) / Math.max(1, planes.length))
  const places: number[] = []
  along.forEach((value, index) => {
    const isNew = index === 0 || value - along[index - 1]! > tolerance
    places.push(index === 0 ? 0 : places[index - 1]! + (isNew ? 1 : 0))
  })
  return { ordered: order.map(index => planes[index]!), places }
}

function mixedSeries(planeClass: PlaneClass, all: readonly PlaneClass[]): Warning | null {
  const largest = all.reduce((a, b) => (b.planes.length > a.planes.length ? b : a))
  if (planeClass === largest) return null
  const one = planeClass.planes.length === 1
  const what = planeClass.localizer
    ? one
      ? 'this one is a localizer, and is'
      : 'these are localizers, and are'
    : `${one ? 'this one differs' : 'these differ'} in orientation, size, spacing or kind of pixels, and ${one ? 'is' : 'are'}`
  return {
    code: 'mixed-series',
    message: `This series holds ${all.length} kinds of images; ${what} kept apart from the others.`,
    files: filesOf(planeClass.planes),
  }
}

const incomplete = (part: Part, longest: number): Warning => ({
  code: 'incomplete',
  message: `Incomplete: ${part.planes.length} of ${longest} positions are there for ${part.words}.`,
  files: filesOf(part.planes),
})

const filesOf = (planes: readonly Plane[]): string[] => [...new Set(planes.map(plane => plane.instance.file))]

function infoOf(id: string, planes: readonly Plane[], warnings: Warning[], source: string): VolumeInfo {
  const { instance, image, facts } = planes[0]!
  const { layout } = image
  const grid = gridOf(planes)
  // Per-slice windows would flicker; the middle slice is the most telling.
  const middle = planes[Math.floor((planes.length - 1) / 2)]!.facts
  return {
    id,
    ...grid,
    patientId: instance.patientId,
    patientName: instance.patientName,
    patientSex: instance.patientSex,
    patientAge: instance.patientAge,
    studyUid: instance.studyUid,
    studyDate: instance.studyDate,
    studyDescription: instance.studyDescription,
    seriesUid: instance.seriesUid,
    seriesNumber: instance.seriesNumber,
    modality: instance.modality,
    description: instance.seriesDescription,
    frameOfReferenceUid: instance.frameOfReferenceUid,
    transferSyntaxes: [...new Set(planes.map(plane => plane.instance.transferSyntaxUid))].sort(),
    photometric: layout.photometric,
    samples: layout.samples === 1 && layout.photometric !== 'PALETTE COLOR' ? 1 : 3,
    valueRange: null,
    unit: facts.unit,
    windows: [...middle.windows],
    ...(middle.voiLut ? { voiLut: middle.voiLut } : {}),
    ...paddingOf(planes),
    frames: planes.length,
    warnings: [...warnings, ...geometryWarnings(grid, planes), ...pixelWarnings(planes)],
    sopInstanceUids: planes.map(plane =>
      plane.image.frames.length > 1
        ? `${plane.instance.sopInstanceUid}#${plane.frame + 1}`
        : plane.instance.sopInstanceUid,
    ),
    geometryHash: gridHash(grid),
    source,
  }
}

/** In real values, where it is the same for all slices. */
function paddingOf(planes: readonly Plane[]): Pick<VolumeInfo, 'padding'> {
  const ranges = planes.map(({ image, facts }) => paddingAfter(image.padding, facts.rescale ?? IDENTITY))
  const [first] = ranges
  const same = first && ranges.every(range => range !== null && range[0] === first[0] && range[1] === first[1])
  return same ? { padding: [first[0], first[1]] } : {}
}

function gridOf(planes: readonly Plane[]): Grid {
  const { image, facts } = planes[0]!
  return gridOfStack(
    planes.map(plane => ({ positionLps: plane.facts.positionLps, file: plane.instance.file })),
    {
      rows: image.sliceSize.rows,
      columns: image.sliceSize.columns,
      pixelSpacingMm: facts.pixelSpacingMm ?? [1, 1],
      orientation: facts.orientation,
      thicknessMm: facts.thicknessMm,
    },
  )
}

function geometryWarnings(grid: Grid, planes: readonly Plane[]): Warning[] {
  const { facts } = planes[0]!
  const warnings: Warning[] = []
  const { verdict } = grid
  if (verdict.kind !== 'uniform')
    warnings.push({ code: `geometry-${verdict.kind}`, message: verdict.details, files: verdict.files })
  const say = (code: string, message: string): void => void warnings.push({ code, message, files: filesOf(planes) })
  if (!facts.pixelSpacingMm)
    say('spacing-unknown', 'The pixel spacing is unknown: lengths are in pixels, not millimetres.')
  if (facts.spacingAtDetector)
    say(
      'spacing-at-detector',
      'The pixel spacing is that at the detector: lengths in the patient are smaller by an unknown factor.',
    )
  if (planes.length === 1 && verdict.kind === 'uniform' && facts.thicknessMm === null)
    say('thickness-unknown', 'One slice of unknown thickness: 1 mm is assumed, volumes are not to be trusted.')
  return warnings
}

function pixelWarnings(planes: readonly Plane[]): Warning[] {
  const warnings: Warning[] = []
  const say = (code: string, message: string, guilty: readonly Plane[]): void => {
    if (guilty.length > 0) warnings.push({ code, message, files: filesOf(guilty) })
  }
  const lossy = planes.filter(plane => plane.image.lossy)
  const unknown = planes.filter(plane => !transferSyntax(plane.instance.transferSyntaxUid))
  const uids = [...new Set(unknown.map(plane => plane.instance.transferSyntaxUid))].join(', ')
  say('unsupported-transfer-syntax', `These images are compressed with ${uids}, which cannot be read.`, unknown)
  const narrow = planes.filter(plane => plane.facts.windows.some(window => window.width < 1))
  say('narrow-window', 'The window is narrower than one unit; it is applied without rounding.', narrow)
  say('lossy', 'The images were compressed with loss before they came here.', lossy)
  const overlong = planes.filter(
    ({ image }) => image.length !== null && image.length > evenly(valueBytes(image.layout)),
  )
  say('trailing-bytes', 'There are more bytes than pixels; those after the last pixel were left out.', overlong)
  return warnings
}

const evenly = (bytes: number): number => bytes + (bytes % 2)

/** Files without any UID can share an id; the later ones, in stable order, get a number. */
function withDistinctIds(volumes: readonly DicomVolume[]): DicomVolume[] {
  const seen = new Map<string, number>()
  return volumes.map(volume => {
    const count = (seen.get(volume.info.id) ?? 0) + 1
    seen.set(volume.info.id, count)
    return count === 1 ? volume : { ...volume, info: { ...volume.info, id: hashText(`${volume.info.id}|${count}`) } }
  })
}

const compare = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0)

const byStudyThenSeries = (a: Instance, b: Instance): number =>
  compare(a.studyUid, b.studyUid) ||
  (a.seriesNumber ?? Infinity) - (b.seriesNumber ?? Infinity) ||
  compare(seriesKey(a), seriesKey(b))
