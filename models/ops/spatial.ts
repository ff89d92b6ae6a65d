// Sliding windows over N spatial axes: options, their normal form, and how sizes change.
import { addDim, floorDivDim, mulDim, type Dim } from '../ir'
import { reject } from './op'

/** One number for every spatial axis, or one each. */
export type PerAxis = number | readonly number[]

export interface WindowOptions {
  readonly stride?: PerAxis
  readonly dilation?: PerAxis
  /** Zeros on both sides; `same` keeps the size at stride 1. Two arrays: before and after. */
  readonly padding?: PerAxis | 'same' | { readonly before: readonly number[]; readonly after: readonly number[] }
}

/** In ONNX's terms; pads are all befores, then all afters. */
export interface WindowAttributes {
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly pads: readonly number[]
}

/** `value` for each of `axes` axes. Throws what `reject` throws; call inside a shape rule or let `windowAttributes` check. */
export const perAxis = (value: PerAxis, axes: number): readonly number[] =>
  typeof value === 'number' ? Array.from({ length: axes }, () => value) : value

/** @param kernel sizes of the window, one a spatial axis. */
export function windowAttributes(
  { stride = 1, dilation = 1, padding = 0 }: WindowOptions,
  kernel: readonly number[],
): WindowAttributes {
  const axes = kernel.length
  const dilations = perAxis(dilation, axes)
  return { strides: perAxis(stride, axes), dilations, pads: pads(padding, kernel, dilations) }
}

function pads(
  padding: NonNullable<WindowOptions['padding']>,
  kernel: readonly number[],
  dilations: readonly number[],
): readonly number[] {
  if (typeof padding === 'object' && 'before' in padding) return [...padding.before, ...padding.after]
  if (padding !== 'same') {
    const each = perAxis(padding, kernel.length)
    return [...each, ...each]
  }
  const total = kernel.map((size, i) => dilations[i]! * (size - 1))
  return [...total.map(sum => Math.floor(sum / 2)), ...total.map(sum => Math.ceil(sum / 2))]
}

/** Inside a shape rule: every attribute has one entry per axis and a sensible value. */
export function checkWindow({ strides, dilations, pads }: WindowAttributes, kernel: readonly number[]): void {
  const axes = kernel.length
  if (axes < 1) reject('There is no spatial axis. Tensors are [batch, channels, ...space].')
  if (strides.length !== axes || dilations.length !== axes || pads.length !== 2 * axes)
    reject(`Stride, dilation and padding need one number for each of ${axes} spatial axes.`, 'config-invalid')
  const whole = (list: readonly number[], least: number) => list.every(n => Number.isSafeInteger(n) && n >= least)
  if (!whole(strides, 1) || !whole(dilations, 1) || !whole(kernel, 1))
    reject('Kernel, stride and dilation must be positive integers.', 'config-invalid')
  if (!whole(pads, 0)) reject('Padding must be integers from 0.', 'config-invalid')
}

/** floor((size + pads - dilation (kernel - 1) - 1) / stride) + 1 for each axis. */
export function windowedSizes(
  sizes: readonly Dim[],
  kernel: readonly number[],
  { strides, dilations, pads }: WindowAttributes,
): readonly Dim[] {
  return sizes.map((size, i) => {
    const reach = dilations[i]! * (kernel[i]! - 1) + 1
    const room = addDim(size, pads[i]! + pads[i + sizes.length]! - reach)
    if (typeof room === 'number' && room < 0)
      reject(`A window that spans ${reach} does not fit into spatial axis ${i} of size ${size}.`)
    return addDim(floorDivDim(room, strides[i]!), 1)
  })
}

/** (size - 1) stride - pads + dilation (kernel - 1) + 1 + outputPadding for each axis. */
export function transposedSizes(
  sizes: readonly Dim[],
  kernel: readonly number[],
  { strides, dilations, pads }: WindowAttributes,
  outputPadding: readonly number[],
): readonly Dim[] {
  return sizes.map((size, i) => {
    const grown = addDim(
      mulDim(size, strides[i]!),
      dilations[i]! * (kernel[i]! - 1) + 1 - strides[i]! + outputPadding[i]!,
    )
    const cut = addDim(grown, -pads[i]! - pads[i + sizes.length]!)
    if (typeof cut === 'number' && cut < 1) reject(`Nothing is left of spatial axis ${i} of size ${size}.`)
    return cut
  })
}
