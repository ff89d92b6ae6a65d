// Several images at one position: phases, echoes, b-values. Which tag parts them into stacks without conflict (CASES D08).
import { DIFFERENCE_NAMES, type DifferenceName } from './differences'
import type { Plane } from './planes'

export interface Part {
  /** How it differs from its siblings, for the id: `temporalPosition=2`; empty when nothing was split. */
  readonly label: string
  /** The same for people: `time 2`. */
  readonly words: string
  /** What the siblings are spread over, in words: `time`, `echo`, `b-value and direction`. */
  readonly axis: string
  readonly planes: readonly Plane[]
}

/** Index of each plane's position among the distinct positions of the stack. */
export type Places = readonly number[]

/**
 * Parts `planes` so that no part has two planes at one place, if a tag (or several together) can do it.
 *
 * A tag is only used when it removes the conflict: values that differ without one leave the stack whole. Of the tags that work the
 * one with the fewest parts wins; a tag that is different in every image would always "work" and says nothing, so there may be no
 * more parts than images at the fullest place. Files that are stacks of their own stay what they are (`byFile`). Times that differ from
 * slice to slice are compared within each place instead (`byRank`).
 *
 * @param places same length as `planes`
 * @returns one part, unlabelled, when there is no conflict or nothing resolves it
 */
export function splitByTags(planes: readonly Plane[], places: Places): Part[] {
  const whole: Part = { label: '', words: '', axis: '', planes }
  const fullest = countsOf(places).reduce((a, b) => Math.max(a, b), 0)
  if (fullest <= 1) return [whole]
  const all = planes.map((_, index) => index)
  return (
    byTags(planes, places, all, fullest) ?? byFile(planes, places, all) ?? byRank(planes, places, fullest) ?? [whole]
  )
}

function countsOf(places: Places): number[] {
  const counts: number[] = []
  for (const place of places) counts[place] = (counts[place] ?? 0) + 1
  return counts.filter(count => count > 0)
}

/** Single tags first, then pairs, then triples: the first combination without conflict and with few enough parts. */
function byTags(planes: readonly Plane[], places: Places, all: readonly number[], fullest: number): Part[] | null {
  // A tag with more values than images at the fullest place makes too many parts, alone or with others.
  const usable = DIFFERENCE_NAMES.filter(name => {
    const { size } = new Set(planes.map(plane => plane.facts.differences[name]))
    return size > 1 && size <= fullest
  })
  for (const size of [1, 2, 3]) {
    for (const names of combinations(usable, size)) {
      const groups = group(all, index => labelOf(planes[index]!, names))
      if (groups.size > fullest) continue
      const clean = [...groups.values()].every(
        members => new Set(members.map(index => places[index])).size === members.length,
      )
      if (clean) return partsOf(planes, groups, names)
    }
  }
  return null
}

/** Multi-frame files that overlap, each without conflict in itself: dose grids, several acquisitions of one series. */
function byFile(planes: readonly Plane[], places: Places, all: readonly number[]): Part[] | null {
  const files = group(all, index => planes[index]!.instance.file)
  if (![...files.values()].some(members => members.length > 1)) return null
  if (![...files.values()].every(members => new Set(members.map(index => places[index])).size === members.length))
    return null
  const ordered = [...files.values()].sort(([a], [b]) => byNumber(planes[a!]!, planes[b!]!))
  return ordered.map((members, index) => ({
    label: `file ${planes[members[0]!]!.instance.sopInstanceUid || index + 1}`,
    words: `file ${index + 1}`,
    axis: 'file',
    planes: members.map(member => planes[member]!),
  }))
}

const byNumber = ({ instance: a }: Plane, { instance: b }: Plane): number =>
  (a.instanceNumber ?? Infinity) - (b.instanceNumber ?? Infinity) ||
  (a.sopInstanceUid < b.sopInstanceUid ? -1 : a.sopInstanceUid > b.sopInstanceUid ? 1 : a.file < b.file ? -1 : 1)

function combinations<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]]
  return items.flatMap((item, index) => combinations(items.slice(index + 1), size - 1).map(rest => [item, ...rest]))
}

const labelOf = (plane: Plane, names: readonly DifferenceName[]): string =>
  names.map(name => `${name}=${plane.facts.differences[name] ?? 'none'}`).join(', ')

function group<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const members = groups.get(key)
    if (members) members.push(item)
    else groups.set(key, [item])
  }
  return groups
}

function partsOf(
  planes: readonly Plane[],
  groups: ReadonlyMap<string, readonly number[]>,
  names: readonly DifferenceName[],
): Part[] {
  const axis = names.map(name => WORDS[name]).join(' and ')
  return [...groups]
    .map(([label, members]) => {
      const own = members.map(index => planes[index]!)
      const values = names.map(name => `${WORDS[name]} ${own[0]!.facts.differences[name] ?? 'unknown'}`)
      return { label, words: values.join(', '), axis, planes: own }
    })
    .sort((a, b) => compareValues(names.map(valueIn(a)), names.map(valueIn(b))))
}

const valueIn =
  (part: Part) =>
  (name: DifferenceName): string | number | undefined =>
    part.planes[0]!.facts.differences[name]

/** Missing before present (the image without a gradient direction is the one with b = 0), then by size. */
function compareValues(
  a: readonly (string | number | undefined)[],
  b: readonly (string | number | undefined)[],
): number {
  for (const [n, x] of a.entries()) {
    const y = b[n]
    if (x === y) continue
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1
    return typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1
  }
  return 0
}

const WORDS: Readonly<Record<DifferenceName | 'instanceOrder', string>> = {
  temporalPosition: 'time',
  bValue: 'b-value',
  gradientDirection: 'direction',
  echo: 'echo',
  phase: 'cardiac phase',
  imageType: 'image type',
  frameTime: 'time',
  triggerTime: 'trigger time',
  acquisition: 'acquisition',
  acquisitionTime: 'time',
  contentTime: 'time',
  instanceOrder: 'image number',
}

/** Values that order the images of one place when no value is shared between places: the k-th of each place forms stack k. */
const RANKED: readonly DifferenceName[] = ['triggerTime', 'acquisitionTime', 'contentTime', 'acquisition']

function byRank(planes: readonly Plane[], places: Places, fullest: number): Part[] | null {
  const atPlace = group(
    planes.map((_, index) => index),
    index => String(places[index]),
  )
  if ([...atPlace.values()].some(members => members.length !== fullest)) return null
  for (const name of RANKED) {
    const valueOf = (index: number): string | number | undefined => planes[index]!.facts.differences[name]
    const distinct = [...atPlace.values()].every(members => {
      const values = members.map(valueOf)
      return !values.includes(undefined) && new Set(values).size === members.length
    })
    if (distinct) return stacksByRank(planes, [...atPlace.values()], valueOf, name)
  }
  const numberOf = (index: number): number | undefined => planes[index]!.instance.instanceNumber ?? undefined
  const numbered = [...atPlace.values()].every(members => new Set(members.map(numberOf)).size === members.length)
  return numbered ? stacksByRank(planes, [...atPlace.values()], numberOf, 'instanceOrder') : null
}

function stacksByRank(
  planes: readonly Plane[],
  atPlace: readonly (readonly number[])[],
  valueOf: (index: number) => string | number | undefined,
  name: DifferenceName | 'instanceOrder',
): Part[] {
  const ordered = atPlace.map(members =>
    [...members].sort((a, b) => {
      const [x, y] = [valueOf(a)!, valueOf(b)!]
      return x < y ? -1 : x > y ? 1 : 0
    }),
  )
  return ordered[0]!.map((_, rank) => ({
    label: `${name} ${rank + 1}`,
    words: `${rank + 1} by ${WORDS[name]}`,
    axis: WORDS[name],
    planes: ordered.map(members => planes[members[rank]!]!),
  }))
}
