// Label values of a target map to classes 0..C-1 of a network and back (CASES S08).
import { SagittaError } from '../errors'

/** Class n > 0 stands for `values[n - 1]`; class 0 is background, value 0. */
export interface ClassTable {
  readonly values: readonly number[]
}

/** Classes fit a byte. */
export const MAXIMUM_CLASSES = 255

/**
 * Classes of label values.
 * @param source named in the refusal: the file the values come from.
 * @throws label-values-unexpected with the file and how many voxels carry each value that is not in the table.
 */
export function classesOf(labels: ArrayLike<number>, table: ClassTable, source: string): Uint8Array {
  const lookup = new Int16Array(65536).fill(-1)
  lookup[0] = 0
  table.values.forEach((value, n) => (lookup[value] = n + 1))
  const classes = new Uint8Array(labels.length)
  const unexpected = new Map<number, number>()
  for (let n = 0; n < classes.length; n++) {
    const value = labels[n]!
    // A value that is no integer from 0 to 65535 finds nothing in the table.
    const found = lookup[value] ?? -1
    if (found < 0) unexpected.set(value, (unexpected.get(value) ?? 0) + 1)
    else classes[n] = found
  }
  if (unexpected.size > 0) throw refusal(unexpected, table, source)
  return classes
}

/** How many of the refused values a message spells out. */
const NAMED = 8

function refusal(unexpected: ReadonlyMap<number, number>, table: ClassTable, source: string): SagittaError {
  const counts = [...unexpected].sort((a, b) => b[1] - a[1])
  const named = counts.slice(0, NAMED).map(([value, voxels]) => `${value} (${voxels} voxels)`)
  const more = counts.length > NAMED ? ` and ${counts.length - NAMED} more` : ''
  return new SagittaError(
    'label-values-unexpected',
    `${source} holds label values that are not in the class list (0, ${table.values.join(', ')}): ${named.join(', ')}${more}. ` +
      'Add them to the list of labels, or remove them from the file.',
    { source, counts: Object.fromEntries(counts), expected: [0, ...table.values] },
  )
}

/** Label values of classes, for the way back into a target map. */
export function valuesOf(classes: Uint8Array, table: ClassTable): Uint16Array {
  const lookup = Uint16Array.of(0, ...table.values)
  const values = new Uint16Array(classes.length)
  for (let n = 0; n < values.length; n++) values[n] = lookup[classes[n]!]!
  return values
}
