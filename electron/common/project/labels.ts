// The label table: colours in the order they are given out, new labels, labels of a model or a file found by name.
import { SagittaError } from '../errors'
import type { Label } from '../ipc/project'

/** Colour-blind safe as far as twelve can be: Okabe and Ito 2008 (1 to 7), Paul Tol SRON/EPS/TN/09-002 (8 to 12). */
export const LABEL_COLORS = [
  '#56b4e9',
  '#f0e442',
  '#d55e00',
  '#0072b2',
  '#cc79a7',
  '#009e73',
  '#e69f00',
  '#aa3377',
  '#99ddff',
  '#ffaabb',
  '#ee6677',
  '#117733',
] as const

const LARGEST_VALUE = 65535

/** The colour fewest labels have, the first of the list among equals. */
export function nextColor(labels: readonly Pick<Label, 'color'>[]): string {
  const used = LABEL_COLORS.map(color => labels.filter(label => label.color === color).length)
  return LABEL_COLORS[used.indexOf(Math.min(...used))]!
}

/** @throws request-invalid when all 65535 values are taken. */
export function nextValue(labels: readonly Pick<Label, 'value'>[]): number {
  const taken = new Set(labels.map(label => label.value))
  for (let value = 1; value <= LARGEST_VALUE; value++) if (!taken.has(value)) return value
  throw new SagittaError('request-invalid', `All ${LARGEST_VALUE} label values are in use. Remove a label first.`)
}

export const newLabel = (labels: readonly Label[], name: string, given: Partial<Label> = {}): Label => ({
  value: given.value ?? nextValue(labels),
  name,
  color: given.color ?? nextColor(labels),
  category: given.category ?? null,
  type: given.type ?? null,
  locked: false,
  visible: true,
})

/** What a project begins with, so that a brush can paint at once. */
export const firstLabel = (): Label => newLabel([], 'Label 1')

/** Whether nobody has named, coloured or added a label yet. */
export function isFirstLabelOnly(labels: readonly Label[]): boolean {
  const [only, ...others] = labels
  const first = firstLabel()
  return others.length === 0 && (Object.keys(first) as (keyof Label)[]).every(key => only?.[key] === first[key])
}

/** Label values as they are found in a file that carries no names. */
export function labelsForValues(labels: readonly Label[], values: Iterable<number>): Label[] {
  const table = [...labels]
  for (const value of values)
    if (!table.some(label => label.value === value)) table.push(newLabel(table, `Label ${value}`, { value }))
  return table
}

export interface NamedLabel {
  readonly value: number
  readonly name: string
  readonly color: string
}

/**
 * The table with every label of `wanted` in it, found by name without regard to case, else added.
 * @returns the new table, and for each wanted label the value it has there.
 */
export function labelsByName(
  labels: readonly Label[],
  wanted: readonly NamedLabel[],
): { table: Label[]; values: number[] } {
  const table = [...labels]
  const values = wanted.map(({ value, name, color }) => {
    const known = table.find(label => label.name.toLocaleLowerCase() === name.toLocaleLowerCase())
    if (known) return known.value
    const free = !table.some(label => label.value === value)
    const ownColor = /^#[0-9a-f]{6}$/.test(color) && !table.some(label => label.color === color)
    const label = newLabel(table, name, { ...(free ? { value } : {}), ...(ownColor ? { color } : {}) })
    table.push(label)
    return label.value
  })
  return { table, values }
}
