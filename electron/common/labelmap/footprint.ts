// The pixels a brush stroke covers on one slice: swept capsules in mm, and always the pixels under the cursor (CASES S04).

/** A slice's raster. spacingMm is [between columns, between rows]. */
export interface SliceShape {
  readonly columns: number
  readonly rows: number
  readonly spacingMm: readonly [x: number, y: number]
}

/** Continuous pixel coordinates: column i, row j; integers are pixel centres. */
export type PointIj = readonly [i: number, j: number]

/** The part of a slice a stroke touches. `covered` is row-major within the box, 1 where the stroke covers the pixel. */
export interface Footprint {
  readonly firstColumn: number
  readonly firstRow: number
  readonly columns: number
  readonly rows: number
  readonly covered: Uint8Array
}

/** The pixel that holds a coordinate. */
const pixelAt = (coordinate: number): number => Math.floor(coordinate + 0.5)

/** Decimal spacings such as 0.7 must not cost the brush a pixel whose centre lies on its rim. */
const RIM = 1 + 1e-9

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value))

/**
 * Pixels covered by a brush of radius `radiusMm` moved along `points` on a slice. A pixel is covered when its centre is at most
 * the radius away from the path, or when the path crosses it, so that a stroke has no gap however small and fast it is.
 * The footprint of a path is the union of the footprints of its segments: it can be drawn piece by piece.
 * @returns null when the stroke misses the slice.
 */
export function strokeFootprint(shape: SliceShape, points: readonly PointIj[], radiusMm: number): Footprint | null {
  const [spacingX, spacingY] = shape.spacingMm
  const reachI = radiusMm / spacingX
  const reachJ = radiusMm / spacingY
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const [i, j] of points) {
    left = Math.min(left, i)
    right = Math.max(right, i)
    top = Math.min(top, j)
    bottom = Math.max(bottom, j)
  }
  const firstColumn = Math.max(0, Math.min(pixelAt(left), Math.floor(left - reachI)))
  const lastColumn = Math.min(shape.columns - 1, Math.max(pixelAt(right), Math.ceil(right + reachI)))
  const firstRow = Math.max(0, Math.min(pixelAt(top), Math.floor(top - reachJ)))
  const lastRow = Math.min(shape.rows - 1, Math.max(pixelAt(bottom), Math.ceil(bottom + reachJ)))
  if (firstColumn > lastColumn || firstRow > lastRow) return null

  const columns = lastColumn - firstColumn + 1
  const rows = lastRow - firstRow + 1
  const box: Footprint = { firstColumn, firstRow, columns, rows, covered: new Uint8Array(columns * rows) }
  points.forEach((to, index) => {
    const from = points[Math.max(0, index - 1)]!
    coverCapsule(box, shape, from, to, radiusMm)
    coverCrossed(box, from, to)
  })
  return box
}

/** Pixels whose centres are at most the radius away from the segment. */
function coverCapsule(box: Footprint, shape: SliceShape, from: PointIj, to: PointIj, radiusMm: number): void {
  const [spacingX, spacingY] = shape.spacingMm
  const alongX = (to[0] - from[0]) * spacingX
  const alongY = (to[1] - from[1]) * spacingY
  const lengthSquared = alongX * alongX + alongY * alongY
  const limit = radiusMm * radiusMm * RIM
  const [i0, i1] = span(from[0], to[0], radiusMm / spacingX, box.firstColumn, box.columns)
  const [j0, j1] = span(from[1], to[1], radiusMm / spacingY, box.firstRow, box.rows)
  for (let j = j0; j <= j1; j++) {
    const y = (j - from[1]) * spacingY
    const line = (j - box.firstRow) * box.columns - box.firstColumn
    for (let i = i0; i <= i1; i++) {
      const x = (i - from[0]) * spacingX
      const t = lengthSquared > 0 ? clamp((x * alongX + y * alongY) / lengthSquared, 0, 1) : 0
      const dx = x - t * alongX
      const dy = y - t * alongY
      if (dx * dx + dy * dy <= limit) box.covered[line + i] = 1
    }
  }
}

/** First and last pixel within `reach` of the interval a..b, inside the box. */
function span(a: number, b: number, reach: number, first: number, count: number): readonly [number, number] {
  return [
    Math.max(first, Math.floor(Math.min(a, b) - reach)),
    Math.min(first + count - 1, Math.ceil(Math.max(a, b) + reach)),
  ]
}

/** Pixels the segment passes through: row by row, the columns between where it enters and leaves the row. */
function coverCrossed(box: Footprint, from: PointIj, to: PointIj): void {
  const [fromI, fromJ] = from
  const [di, dj] = [to[0] - fromI, to[1] - fromJ]
  const firstRow = Math.max(box.firstRow, pixelAt(Math.min(fromJ, to[1])))
  const lastRow = Math.min(box.firstRow + box.rows - 1, pixelAt(Math.max(fromJ, to[1])))
  for (let j = firstRow; j <= lastRow; j++) {
    const enter = dj === 0 ? 0 : clamp((j - 0.5 - fromJ) / dj, 0, 1)
    const leave = dj === 0 ? 1 : clamp((j + 0.5 - fromJ) / dj, 0, 1)
    const [a, b] = [fromI + enter * di, fromI + leave * di]
    const [i0, i1] = span(pixelAt(Math.min(a, b)), pixelAt(Math.max(a, b)), 0, box.firstColumn, box.columns)
    const line = (j - box.firstRow) * box.columns - box.firstColumn
    for (let i = i0; i <= i1; i++) box.covered[line + i] = 1
  }
}
