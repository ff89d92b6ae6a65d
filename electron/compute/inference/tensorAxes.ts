// Moving a tensor's axes: the networks of others keep channels last, or columns before rows.

/** Size of each axis by its letter. Axes that a tensor lacks have size 1. */
export type AxisSizes = Readonly<Record<'N' | 'C' | 'H' | 'W', number>>

type Letter = keyof AxisSizes

/** The shape of a tensor whose axes are in this order. */
export const shapeOf = (axes: string, sizes: AxisSizes): number[] => [...axes].map(letter => sizes[letter as Letter])

/**
 * The same numbers in another order of axes; the array itself where that changes nothing.
 * @param from order of the given values, e.g. NHWC. @param to order of the answer.
 */
export function reordered(values: Float32Array, from: string, to: string, sizes: AxisSizes): Float32Array {
  if (long(from, sizes) === long(to, sizes)) return values
  const strides = stridesOf(from, sizes)
  const [a, b, c, d] = [...to].map(letter => ({
    size: sizes[letter as Letter],
    stride: strides[letter as Letter],
  })) as [Axis, Axis, Axis, Axis]
  const out = new Float32Array(values.length)
  let at = 0
  for (let n = 0; n < a.size; n++)
    for (let m = 0; m < b.size; m++)
      for (let k = 0; k < c.size; k++) {
        let index = n * a.stride + m * b.stride + k * c.stride
        for (let l = 0; l < d.size; l++, index += d.stride) out[at++] = values[index]!
      }
  return out
}

interface Axis {
  readonly size: number
  readonly stride: number
}

/** The axes along which there is more than one number: only their order matters. */
const long = (axes: string, sizes: AxisSizes): string =>
  [...axes].filter(letter => sizes[letter as Letter] > 1).join('')

/** Row-major; 0 for axes that are not there. */
function stridesOf(axes: string, sizes: AxisSizes): Record<Letter, number> {
  const strides = { N: 0, C: 0, H: 0, W: 0 }
  let stride = 1
  for (const letter of [...axes].reverse() as Letter[]) {
    strides[letter] = stride
    stride *= sizes[letter]
  }
  return strides
}
