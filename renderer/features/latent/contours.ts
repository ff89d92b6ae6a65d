// Lines over the map: the prior's circles, and where most codes lie. Pure; map coordinates.

/** The plane in code that a map is: x = across . (z - origin), y = up . (z - origin). */
export interface MapPlane {
  readonly origin: Float32Array
  readonly across: Float32Array
  readonly up: Float32Array
}

type Point = readonly [x: number, y: number]

const product = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += a[d]! * b[d]!
  return sum
}

const ROUND = 72

/** Where the prior N(0, I) lies on the map, `sigma` of its own standard deviations around its mean: a closed line. */
export function priorLine({ origin, across, up }: MapPlane, sigma: number): Point[] {
  const mean: Point = [-product(across, origin), -product(up, origin)]
  // Cholesky of the 2 x 2 covariance of x and y.
  const a = Math.sqrt(product(across, across))
  const b = a > 0 ? product(across, up) / a : 0
  const c = Math.sqrt(Math.max(0, product(up, up) - b * b))
  return Array.from({ length: ROUND }, (_, n) => {
    const [u, v] = [Math.cos((2 * Math.PI * n) / ROUND), Math.sin((2 * Math.PI * n) / ROUND)]
    return [mean[0] + sigma * a * u, mean[1] + sigma * (b * u + c * v)]
  })
}

/** Mean spread of the posteriors themselves along the map's axes: standard deviations. */
export function posteriorSpread({ across, up }: MapPlane, variances: ArrayLike<number>): Point {
  const along = (axis: Float32Array): number => {
    let sum = 0
    for (let d = 0; d < axis.length; d++) sum += axis[d]! * axis[d]! * Math.max(0, variances[d] ?? 0)
    return Math.sqrt(sum)
  }
  return [along(across), along(up)]
}

export interface DensityLine {
  /** Share of all codes that lie inside. */
  readonly share: number
  /** Pieces of the line, not in order. */
  readonly segments: readonly (readonly [Point, Point])[]
}

const CELLS = 96
/** Cells of margin: the line closes before the grid ends. */
const MARGIN = 12

/**
 * Lines that hold given shares of the points: their density on a grid, smoothed by a Gaussian of Silverman's width (1986, eq. 3.28; with
 * `spread` added: the aggregate posterior is the means' distribution widened by the posteriors), then marching squares.
 * @param points [n, 2]
 */
export function densityLines(points: Float32Array, shares: readonly number[], spread: Point = [0, 0]): DensityLine[] {
  const count = points.length / 2
  if (count < 10) return []
  const axes = ([0, 1] as const).map(axis => axisOf(points, axis, spread[axis]))
  const [x, y] = [axes[0]!, axes[1]!]
  if (!(x.cell > 0) || !(y.cell > 0)) return []
  const density = new Float64Array(CELLS * CELLS)
  for (let n = 0; n < count; n++)
    density[cellAt(points[2 * n + 1]!, y) * CELLS + cellAt(points[2 * n]!, x)]! += 1 / count
  const smooth = blurred(blurred(density, x.blur / x.cell, 1, CELLS), y.blur / y.cell, CELLS, 1)
  const levels = levelsOf(smooth, shares)
  const place = (column: number, row: number): Point => [
    x.from + (column + 0.5) * x.cell,
    y.from + (row + 0.5) * y.cell,
  ]
  return shares.map((share, at) => ({ share, segments: marching(smooth, levels[at]!, place) }))
}

interface Axis {
  readonly from: number
  readonly cell: number
  readonly blur: number
}

function axisOf(points: Float32Array, axis: 0 | 1, spread: number): Axis {
  let [least, most, sum, squares] = [Infinity, -Infinity, 0, 0]
  const count = points.length / 2
  for (let at = axis; at < points.length; at += 2) {
    const value = points[at]!
    least = Math.min(least, value)
    most = Math.max(most, value)
    sum += value
    squares += value * value
  }
  const deviation = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
  const blur = Math.hypot(0.96 * deviation * count ** (-1 / 6), spread)
  const room = 3 * blur + (most - least) / (CELLS - 2 * MARGIN)
  const cell = (most - least + 2 * room) / CELLS
  return { from: least - room, cell, blur }
}

const cellAt = (value: number, { from, cell }: Axis): number =>
  Math.min(CELLS - 1, Math.max(0, Math.floor((value - from) / cell)))

/** Along one axis of the grid: `step` from one cell to the next, `line` from one line to the next. */
function blurred(values: Float64Array, sigma: number, step: number, line: number): Float64Array {
  const reach = Math.min(CELLS - 1, Math.ceil(3 * sigma))
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, n) =>
    Math.exp(-0.5 * ((n - reach) / Math.max(sigma, 1e-3)) ** 2),
  )
  const total = kernel.reduce((a, b) => a + b, 0)
  const out = new Float64Array(values.length)
  for (let across = 0; across < CELLS; across++)
    for (let at = 0; at < CELLS; at++) {
      let sum = 0
      for (let k = Math.max(-reach, -at); k <= Math.min(reach, CELLS - 1 - at); k++)
        sum += values[across * line + (at + k) * step]! * kernel[k + reach]!
      out[across * line + at * step] = sum / total
    }
  return out
}

/** The densities above which the given shares of the whole lie. */
function levelsOf(density: Float64Array, shares: readonly number[]): number[] {
  const sorted = density.slice().sort().reverse()
  const whole = sorted.reduce((a, b) => a + b, 0)
  return shares.map(share => {
    let sum = 0
    return sorted.find(value => (sum += value) >= share * whole) ?? 0
  })
}

/** Marching squares: pieces of the line where the density is `level`, straight within each square of four cell centres. */
function marching(
  density: Float64Array,
  level: number,
  place: (column: number, row: number) => Point,
): (readonly [Point, Point])[] {
  const segments: (readonly [Point, Point])[] = []
  const share = (a: number, b: number): number => (level - a) / (b - a)
  for (let row = 0; row + 1 < CELLS; row++)
    for (let column = 0; column + 1 < CELLS; column++) {
      const at = row * CELLS + column
      const [a, b, c, d] = [density[at]!, density[at + 1]!, density[at + CELLS + 1]!, density[at + CELLS]!]
      const crossings: Point[] = []
      if (a > level !== b > level) crossings.push(place(column + share(a, b), row))
      if (b > level !== c > level) crossings.push(place(column + 1, row + share(b, c)))
      if (d > level !== c > level) crossings.push(place(column + share(d, c), row + 1))
      if (a > level !== d > level) crossings.push(place(column, row + share(a, d)))
      for (let n = 0; n + 1 < crossings.length; n += 2) segments.push([crossings[n]!, crossings[n + 1]!])
    }
  return segments
}

/** Where a code lies on the map. */
export function ontoPlane({ origin, across, up }: MapPlane, code: ArrayLike<number>): Point {
  const away = Float64Array.from(code, (value, d) => value - origin[d]!)
  return [product(across, away), product(up, away)]
}

/** The code of the plane at a place of the map: right where the plane's axes are perpendicular and of length 1, as maps' are. */
export const offPlane = ({ origin, across, up }: MapPlane, [x, y]: Point): Float32Array =>
  origin.map((value, d) => value + x * across[d]! + y * up[d]!)
