// Sources as people look for them: patients, their studies, their series. Pure.
import { displayName } from '#common/dicom/personName'
import type { VolumeInfo } from '#common/ipc/volume'
import { dicomAge, dicomDate } from '../../stores/format'
import type { Source } from '../../stores'

export interface StudyNode {
  readonly key: string
  /** "F 54 · CT abdomen · 12 Mar 2024". */
  readonly caption: string
  readonly series: readonly SeriesNode[]
}

/** One row: a series, or several that differ along one axis. */
export interface SeriesNode {
  readonly key: string
  /** In the order of the axis; one for a plain series. */
  readonly members: readonly Source[]
  /** What the members are spread over, in words; empty for a plain series. */
  readonly axis: string
}

export interface PatientNode {
  readonly key: string
  readonly name: string
  readonly id: string
  readonly studies: readonly StudyNode[]
  readonly count: number
  readonly labelled: number
}

export const patientName = ({ patientName: name, patientId }: VolumeInfo): string =>
  displayName(name) || patientId || 'No patient name'

export const seriesName = ({ description, modality, seriesNumber }: VolumeInfo): string =>
  description ||
  [modality, seriesNumber === null ? '' : `series ${seriesNumber}`].filter(part => part !== '').join(' ') ||
  'Series'

/** "512 × 512 × 412 · S4": the size, and what tells series of one name apart. */
export const seriesLine = (info: VolumeInfo): string =>
  [sizeText(info), info.seriesNumber === null ? '' : `S${info.seriesNumber}`].filter(part => part !== '').join(' · ')

/** "512 × 512 × 412"; a single image has no third number. */
export const sizeText = ({ size }: VolumeInfo): string => (size[2] === 1 ? size.slice(0, 2) : size).join(' × ')

/** Where the sources lie, each place once; a place inside another is left out. */
export function placesOf(sources: readonly Source[]): string[] {
  const places = [...new Set(sources.filter(({ status }) => status === 'here').map(({ path }) => path))].sort()
  const within = (place: string, other: string): boolean =>
    place !== other && (place.startsWith(`${other}/`) || place.startsWith(`${other}\\`))
  return places.filter(place => !places.some(other => within(place, other)))
}

/** Larger than all loaded volumes together may be: it is shown slice by slice. */
export const isTooLarge = ({ loadBytes = 0 }: VolumeInfo, limitMb: number): boolean => loadBytes > limitMb * 2 ** 20

/** Slices that a resampling would make even: known places, but no straight stack. */
export const canBeEvened = ({ verdict, samples }: VolumeInfo): boolean =>
  samples === 1 && ['gaps', 'irregular', 'tilted'].includes(verdict.kind)

export const studyCaption = ({ patientSex, patientAge, modality, studyDescription, studyDate }: VolumeInfo): string =>
  [
    [patientSex, dicomAge(patientAge)].filter(part => part !== '').join(' '),
    dicomDate(studyDate),
    studyDescription || modality,
  ]
    .filter(part => part !== '')
    .join(' · ')

const text = ({ info }: Source): string =>
  [
    displayName(info.patientName),
    info.patientName,
    info.patientId,
    info.description,
    info.studyDescription,
    info.modality,
  ]
    .join(' ')
    .toLowerCase()

/** Every word of the query occurs somewhere in name, ID, series, study or modality. */
export const matches = (source: Source, query: string): boolean =>
  query
    .toLowerCase()
    .split(/\s+/)
    .every(word => text(source).includes(word))

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

const bySeries = (a: Source, b: Source): number =>
  (a.info.seriesNumber ?? Infinity) - (b.info.seriesNumber ?? Infinity) ||
  seriesName(a.info).localeCompare(seriesName(b.info))

/** Sets become one row where their first member stands. */
function rowsOf(series: readonly Source[]): SeriesNode[] {
  const keyOf = ({ volumeId, info }: Source): string => info.set?.id ?? volumeId
  return [...grouped([...series].sort(bySeries), keyOf)].map(([key, members]) => ({
    key,
    members: members.sort((a, b) => (a.info.set?.index ?? 0) - (b.info.set?.index ?? 0)),
    axis: members.length > 1 ? (members[0]!.info.set?.axis ?? '') : '',
  }))
}

/** Patients in the order they were added, each with studies by date and series by number. */
export function treeOf(sources: readonly Source[]): PatientNode[] {
  const patients = grouped(sources, ({ info }) => `${info.patientId}\n${info.patientName}`)
  return [...patients].map(([key, ofPatient]) => {
    const studies = [...grouped(ofPatient, ({ info }) => info.studyUid)].map(([studyKey, series]): StudyNode => ({
      key: studyKey,
      caption: studyCaption(series[0]!.info),
      series: rowsOf(series),
    }))
    const date = (node: StudyNode): string => node.series[0]?.members[0]?.info.studyDate ?? ''
    const { info } = ofPatient[0]!
    return {
      key,
      name: patientName(info),
      id: info.patientName === '' ? '' : info.patientId,
      studies: studies.sort((a, b) => date(a).localeCompare(date(b))),
      count: ofPatient.length,
      labelled: ofPatient.filter(source => source.labelled).length,
    }
  })
}
