// Arithmetic on dimensions. A symbolic one is affine in one symbol: `h`, `h/2`, `3*h/4-1`.
import { ModelError } from '../errors'
import type { Dim, Shape } from './types'

// numerator/denominator * symbol + offset; a plain number has no symbol.
interface Affine {
  readonly symbol: string
  readonly numerator: number
  readonly denominator: number
  readonly offset: number
}

const PATTERN = /^(?:(\d+)\*)?([A-Za-z_]\w*)(?:\/(\d+))?([+-]\d+)?$/

function parse(dim: string): Affine {
  const match = PATTERN.exec(dim)
  if (!match)
    throw new ModelError(
      'graph-invalid',
      `"${dim}" is not a dimension. Use a size, a symbol, or a form such as 2*h/4-1.`,
      { dim },
    )
  return {
    symbol: match[2] ?? '',
    numerator: Number(match[1] ?? 1),
    denominator: Number(match[3] ?? 1),
    offset: Number(match[4] ?? 0),
  }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))

function format({ symbol, numerator, denominator, offset }: Affine): string {
  const common = gcd(numerator, denominator)
  const times = numerator === common ? '' : `${numerator / common}*`
  const over = denominator === common ? '' : `/${denominator / common}`
  const plus = offset === 0 ? '' : offset > 0 ? `+${offset}` : `${offset}`
  return `${times}${symbol}${over}${plus}`
}

/** dim + n */
export function addDim(dim: Dim, n: number): Dim {
  if (typeof dim === 'number') return dim + n
  const affine = parse(dim)
  return format({ ...affine, offset: affine.offset + n })
}

/** The sum of two dimensions, or null where no affine form in one symbol says it. */
export function addDims(a: Dim, b: Dim): Dim | null {
  if (typeof a === 'number') return addDim(b, a)
  if (typeof b === 'number') return addDim(a, b)
  const [p, q] = [parse(a), parse(b)]
  if (p.symbol !== q.symbol) return null
  return format({
    symbol: p.symbol,
    numerator: p.numerator * q.denominator + q.numerator * p.denominator,
    denominator: p.denominator * q.denominator,
    offset: p.offset + q.offset,
  })
}

/** dim * n, n a positive integer */
export function mulDim(dim: Dim, n: number): Dim {
  if (typeof dim === 'number') return dim * n
  const affine = parse(dim)
  return format({ ...affine, numerator: affine.numerator * n, offset: affine.offset * n })
}

/**
 * floor(dim / n). For a symbol the multiple of the symbol is taken to divide: an architecture that halves `h` four times
 * says elsewhere that h must be a multiple of 16.
 */
export function floorDivDim(dim: Dim, n: number): Dim {
  if (typeof dim === 'number') return Math.floor(dim / n)
  const affine = parse(dim)
  return format({ ...affine, denominator: affine.denominator * n, offset: Math.floor(affine.offset / n) })
}

/** The product of all dimensions, or null where more than one symbol is involved. */
export function sizeOf(shape: Shape): Dim | null {
  const numbers = shape.filter(dim => typeof dim === 'number').reduce((a, b) => a * b, 1)
  const symbols = shape.filter(dim => typeof dim === 'string')
  if (symbols.length === 0) return numbers
  return symbols.length === 1 ? mulDim(symbols[0]!, numbers) : null
}

export const isStatic = (shape: Shape): shape is readonly number[] => shape.every(dim => typeof dim === 'number')

export const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((dim, i) => dim === b[i])
