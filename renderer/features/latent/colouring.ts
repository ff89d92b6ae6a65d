// How points of a map are coloured and shaped: by what is known of their images. Pure.
import type { Codes } from '#common/ipc/latent'
import { LABEL_COLORS } from '#common/project/labels'
import { POINT_SHAPES, styleByte } from '../../rendering'
import { along } from './pictures'

export const COLOUR_BY = ['label', 'patient', 'error', 'cluster', 'group', 'series', 'sex', 'slice'] as const
export type ColourBy = (typeof COLOUR_BY)[number]

export interface Category {
  readonly name: string
  readonly color: string
  /** Index into POINT_SHAPES. */
  readonly shape: number
  readonly count: number
}

/** A kind for every point, or a number for every point. */
export type Colouring =
  | {
      readonly kind: 'categories'
      /** Category of each point. */ readonly of: Int32Array
      readonly categories: readonly Category[]
    }
  | {
      readonly kind: 'scale'
      /** 0 to 1 of each point. */
      readonly shares: Float32Array
      /** What 0 and 1 stand for. */
      readonly from: number
      readonly to: number
    }

/** Of what has no name: grey, round, like the background. */
export const PLAIN = '#a9a9a9'

/** Colours and shapes step together and meet again after 24: beyond that, what is rarest shares one entry. */
export const MOST_CATEGORIES = 24
const OTHERS = 'Others'

/** Light enough on black at its low end (4:1), rising in lightness. */
export const SCALE_STOPS = [
  [143, 82, 208],
  [204, 71, 120],
  [248, 149, 64],
  [240, 249, 33],
] as const

/**
 * Points by name.
 * @param colorOf colours that are known from elsewhere (labels of the project); else they are given out in order
 * @param plain names that stand for nothing: grey
 */
export function byName(
  names: readonly string[],
  { colorOf = () => null, plain = [] }: { colorOf?: (name: string) => string | null; plain?: readonly string[] } = {},
): Colouring {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const ranked = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || a.localeCompare(b))
  const kept = ranked.length <= MOST_CATEGORIES ? ranked : ranked.slice(0, MOST_CATEGORIES - 1)
  const shown = [...kept].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
  const coloured = shown.filter(name => !plain.includes(name))
  const taken = new Set(coloured.map(colorOf))
  const free = LABEL_COLORS.filter(color => !taken.has(color))
  const palette = free.length > 0 ? free : LABEL_COLORS
  let given = 0
  const categories: Category[] = shown.map(name => {
    const at = coloured.indexOf(name)
    const count = counts.get(name)!
    if (at < 0) return { name, color: PLAIN, shape: 0, count }
    const color = colorOf(name) ?? palette[given++ % palette.length]!
    return { name, color, shape: (at + (plain.length > 0 ? 1 : 0)) % POINT_SHAPES.length, count }
  })
  const place = new Map(shown.map((name, at) => [name, at]))
  const of = Int32Array.from(names, name => place.get(name) ?? shown.length)
  const others = ranked.slice(kept.length).reduce((sum, name) => sum + counts.get(name)!, 0)
  if (others > 0) categories.push({ name: OTHERS, color: PLAIN, shape: 0, count: others })
  return { kind: 'categories', of, categories }
}

/** Points by a number; the 1st and 99th percentile are the ends, so that one outlier does not take all colours. */
export function byNumber(values: ArrayLike<number>): Colouring {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  const [from, to] = [at(0.01), at(0.99)]
  const shares = Float32Array.from(values, value =>
    to > from ? Math.min(1, Math.max(0, (value - from) / (to - from))) : 0.5,
  )
  return { kind: 'scale', shares, from, to }
}

export const UNLABELLED = 'Unlabelled'
/** How sources of volumes call a slice that shows no class. */
export const NO_CLASS = 'none'
export const SHOWS_NONE = 'No label'

/** What each image's class is called; "Unlabelled" where nobody said, "No label" where somebody said that there is none. */
export const labelNames = ({ labels, classNames }: Pick<Codes, 'labels' | 'classNames'>): string[] =>
  Array.from(labels, label => {
    if (label < 0) return UNLABELLED
    const name = classNames[label] ?? `Class ${label}`
    return name === NO_CLASS ? SHOWS_NONE : name
  })

function channels(color: string): [number, number, number] {
  return [1, 3, 5].map(start => parseInt(color.slice(start, start + 2), 16)) as [number, number, number]
}

export interface PointStyles {
  /** [n, 4], as ScatterView takes them. */
  readonly styles: Uint8Array
  /** Drawn points, those that stand out last. */
  readonly order: Uint32Array
}

/**
 * @param hidden categories that are not drawn
 * @param lit points that stand out, the others fade; null: none was chosen
 */
export function pointStyles(colouring: Colouring, hidden: ReadonlySet<number>, lit: Uint8Array | null): PointStyles {
  const count = colouring.kind === 'scale' ? colouring.shares.length : colouring.of.length
  const styles = new Uint8Array(4 * count)
  const order = new Uint32Array(count)
  const looks =
    colouring.kind === 'scale'
      ? SCALE_LOOKS
      : colouring.categories.map(({ color, shape }) => ({ rgb: channels(color), shape }))
  const lookOf = (n: number): number =>
    colouring.kind === 'scale' ? Math.round(colouring.shares[n]! * (SCALE_LOOKS.length - 1)) : colouring.of[n]!
  let drawn = 0
  for (const faded of lit ? [true, false] : [false])
    for (let n = 0; n < count; n++) {
      if (lit && (lit[n] === 0) !== faded) continue
      const at = lookOf(n)
      if (colouring.kind === 'categories' && hidden.has(at)) continue
      const { rgb, shape } = looks[at]!
      styles[4 * n] = rgb[0]
      styles[4 * n + 1] = rgb[1]
      styles[4 * n + 2] = rgb[2]
      styles[4 * n + 3] = styleByte(shape, faded)
      order[drawn++] = n
    }
  return { styles, order: order.subarray(0, drawn) }
}

const SCALE_LOOKS = Array.from({ length: 64 }, (_, step) => ({ rgb: along(SCALE_STOPS, step / 63), shape: 0 }))
