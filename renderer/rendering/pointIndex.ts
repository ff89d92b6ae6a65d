// Finding points of a map: the nearest to a place, those in a polygon, the next one in a direction. Pure; made once per map.
import { boundsOf } from './scatterTransform'

/** About so many points in a cell. */
const PER_CELL = 4

/** Says of a point whether it counts: hidden ones don't. */
export type Counts = (index: number) => boolean

export type Direction = 'left' | 'right' | 'up' | 'down'

const STEP: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, 1],
  down: [0, -1],
}

/** A grid over the points: a look at a few cells instead of all of 50,000 points at every move of the pointer. */
export class PointIndex {
  private readonly columns: number
  private readonly rows: number
  private readonly cell: number
  private readonly origin: readonly [number, number]
  /** Points of cell c: order[starts[c]] to order[starts[c + 1] - 1]. */
  private readonly starts: Uint32Array
  private readonly order: Uint32Array

  /** @param points [n, 2], map coordinates; kept, not copied */
  constructor(private readonly points: Float32Array) {
    const count = points.length / 2
    const bounds = boundsOf(points) ?? { least: [0, 0] as const, most: [0, 0] as const }
    const [across, up] = [bounds.most[0] - bounds.least[0], bounds.most[1] - bounds.least[1]]
    const cells = Math.max(1, count / PER_CELL)
    this.cell = Math.max(Math.sqrt((across * up) / cells), Math.max(across, up) / cells, 1e-12)
    this.origin = bounds.least
    this.columns = Math.floor(across / this.cell) + 1
    this.rows = Math.floor(up / this.cell) + 1
    this.starts = new Uint32Array(this.columns * this.rows + 1)
    this.order = new Uint32Array(count)
    for (let n = 0; n < count; n++) this.starts[this.cellOf(n) + 1]! += 1
    for (let c = 0; c < this.columns * this.rows; c++) this.starts[c + 1]! += this.starts[c]!
    const next = this.starts.slice()
    for (let n = 0; n < count; n++) this.order[next[this.cellOf(n)]!++] = n
  }

  /** The nearest point within `reach` (map units) of a place; null when there is none. */
  nearest(place: readonly [number, number], reach: number, counts: Counts): number | null {
    let found: number | null = null
    let least = reach * reach
    this.around(place, reach, n => {
      const square = (this.points[2 * n]! - place[0]) ** 2 + (this.points[2 * n + 1]! - place[1]) ** 2
      if (square > least || (square === least && found !== null) || !counts(n)) return
      least = square
      found = n
    })
    return found
  }

  /** Points inside a polygon (even-odd), map coordinates, ascending. */
  inside(polygon: readonly (readonly [number, number])[], counts: Counts): Int32Array {
    const bounds = boundsOf(Float32Array.from(polygon.flat()))
    if (!bounds || polygon.length < 3) return new Int32Array(0)
    const middle = [(bounds.least[0] + bounds.most[0]) / 2, (bounds.least[1] + bounds.most[1]) / 2] as const
    const reach = Math.max(bounds.most[0] - bounds.least[0], bounds.most[1] - bounds.least[1]) / 2
    const found: number[] = []
    this.around(middle, reach * 1.0001, n => {
      const [x, y] = [this.points[2 * n]!, this.points[2 * n + 1]!]
      if (within(polygon, x, y) && counts(n)) found.push(n)
    })
    return Int32Array.from(found).sort()
  }

  /** The point a step of an arrow key leads to: near, and more along the direction than across it. */
  next(from: number, direction: Direction, counts: Counts): number | null {
    const [dx, dy] = STEP[direction]
    const [x, y] = [this.points[2 * from]!, this.points[2 * from + 1]!]
    let found: number | null = null
    let least = Infinity
    for (let n = 0; n < this.points.length / 2; n++) {
      const [along, across] = [
        (this.points[2 * n]! - x) * dx + (this.points[2 * n + 1]! - y) * dy,
        (this.points[2 * n]! - x) * dy + (this.points[2 * n + 1]! - y) * dx,
      ]
      if (!(along > 0) || Math.abs(across) > along) continue
      const far = along + 2 * Math.abs(across)
      if (far < least && counts(n)) {
        least = far
        found = n
      }
    }
    return found
  }

  private cellOf(n: number): number {
    return this.row(this.points[2 * n + 1]!) * this.columns + this.column(this.points[2 * n]!)
  }

  private column(x: number): number {
    return Math.min(this.columns - 1, Math.max(0, Math.floor((x - this.origin[0]) / this.cell) || 0))
  }

  private row(y: number): number {
    return Math.min(this.rows - 1, Math.max(0, Math.floor((y - this.origin[1]) / this.cell) || 0))
  }

  /** Points of all cells that a square around a place touches. */
  private around([x, y]: readonly [number, number], reach: number, visit: (n: number) => void): void {
    for (let row = this.row(y - reach); row <= this.row(y + reach); row++)
      for (let column = this.column(x - reach); column <= this.column(x + reach); column++) {
        const cell = row * this.columns + column
        for (let at = this.starts[cell]!; at < this.starts[cell + 1]!; at++) visit(this.order[at]!)
      }
  }
}

function within(polygon: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false
  for (let a = 0, b = polygon.length - 1; a < polygon.length; b = a++) {
    const [xa, ya] = polygon[a]!
    const [xb, yb] = polygon[b]!
    if (ya > y !== yb > y && x < ((xb - xa) * (y - ya)) / (yb - ya) + xa) inside = !inside
  }
  return inside
}
