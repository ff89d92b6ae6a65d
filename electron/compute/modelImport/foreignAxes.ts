// Which axis of a foreign tensor is which, as far as its sizes and the names of open sizes tell.
import type { Dim } from '#models/ir/index'
import type { OnnxTensorInfo } from '#models/onnx/index'

/** More channels than this are taken for a side of an image. */
const MOST_CHANNELS = 16

const isChannels = (size: Dim | undefined): boolean => typeof size === 'number' && size <= MOST_CHANNELS
const ROWS = /(^|_)(h|height|rows?)$/i
const COLUMNS = /(^|_)(w|width|cols?|columns?)$/i

/** Where the channels are: 1 or 3; null when the sizes fit both. */
export function channelPosition({ shape }: OnnxTensorInfo): 1 | 3 | null {
  if (shape?.length !== 4) return null
  const [second, last] = [isChannels(shape[1]), isChannels(shape[3])]
  return second === last ? null : second ? 1 : 3
}

/**
 * Orders of axes that fit an input, the usual first. Rows and columns are told apart only where the file names open sizes: fixed ones say
 * nothing, and a wrong order would answer wrongly without a sign.
 */
export function axesOf(input: OnnxTensorInfo): string[] {
  const { shape } = input
  const at = channelPosition(input)
  return (at === null ? [1, 3] : [at]).flatMap(channels => {
    const sides = shape ? [1, 2, 3].filter(n => n !== channels).map(n => shape[n]) : []
    const fits = (size: Dim | undefined, other: RegExp): boolean => typeof size !== 'string' || !other.test(size)
    const orders = [
      ...(fits(sides[0], COLUMNS) && fits(sides[1], ROWS) ? ['HW'] : []),
      ...(fits(sides[0], ROWS) && fits(sides[1], COLUMNS) ? ['WH'] : []),
    ]
    return orders.map(order => (channels === 1 ? `NC${order}` : `N${order}C`))
  })
}

/** Order of the answer's axes given the input's; null when its sizes fit neither place of the channels. */
export function outputAxesOf(axes: string, input: OnnxTensorInfo, { shape: answer }: OnnxTensorInfo): string | null {
  const { shape } = input
  if (!shape || answer?.length !== 4) return axes
  const sides = axes.replace(/[NC]/g, '')
  const places = axes.endsWith('C') ? [`N${sides}C`, `NC${sides}`] : [`NC${sides}`, `N${sides}C`]
  const fits = (order: string): boolean =>
    [...sides].every(letter => mayEqual(shape[axes.indexOf(letter)], answer[order.indexOf(letter)]))
  return places.find(fits) ?? null
}

const mayEqual = (a: Dim | undefined, b: Dim | undefined): boolean =>
  typeof a !== typeof b || a === b || a === '?' || b === '?'
