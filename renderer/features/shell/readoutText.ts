// A readout in words for the status bar: millimetres by the letter of their direction, voxel, value. Pure.
import type { Readout } from '../../stores'

const MINUS = '\u2212'

/** The letter a coordinate points to: LPS x > 0 is left, y > 0 posterior, z > 0 superior (PS3.3 C.7.6.2.1.1). */
const LETTERS = [
  ['L', 'R'],
  ['P', 'A'],
  ['S', 'I'],
] as const

export interface AxisText {
  readonly letter: string
  /** Distance from the origin, mm, one place. */
  readonly mm: string
}

export function axesOf(pointLps: Readout['pointLps']): AxisText[] | null {
  if (pointLps === null) return null
  return LETTERS.map(([positive, negative], axis) => {
    const mm = pointLps[axis] ?? 0
    return { letter: mm >= 0 ? positive : negative, mm: Math.abs(mm).toFixed(1) }
  })
}

const one = (value: number): string => {
  const text = Number.isInteger(value) ? Math.abs(value).toString() : Math.abs(value).toPrecision(4)
  return value < 0 ? MINUS + text : text
}

export function valueOf(value: Readout['value']): string {
  if (value === null) return 'no data'
  return typeof value === 'number' ? one(value) : value.map(one).join(' ')
}
