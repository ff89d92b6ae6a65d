// Where a map of points lies in its view: fit, zoom, pan, and the way between CSS pixels and map coordinates. Pure.

/** Smallest and largest coordinates, [x, y]. */
export interface Bounds {
  readonly least: readonly [number, number]
  readonly most: readonly [number, number]
}

/** CSS pixels. */
export interface MapSize {
  readonly width: number
  readonly height: number
}

/** `scale`: CSS pixels per map unit, the same along both axes; `centre`: the map point in the middle of the view. Map y grows upward. */
export interface MapTransform {
  readonly scale: number
  readonly centre: readonly [x: number, y: number]
}

/** Of the whole map around its points. */
export const MOST_ZOOM = 400

/** @param points [n, 2]. @returns null for no point with finite coordinates. */
export function boundsOf(points: Float32Array): Bounds | null {
  let [left, low, right, high] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let at = 0; at + 1 < points.length; at += 2) {
    const x = points[at]!
    const y = points[at + 1]!
    if (x < left) left = x
    if (x > right) right = x
    if (y < low) low = y
    if (y > high) high = y
  }
  return left <= right && low <= high ? { least: [left, low], most: [right, high] } : null
}

/** Both bounds together. */
export const joined = (a: Bounds, b: Bounds): Bounds => ({
  least: [Math.min(a.least[0], b.least[0]), Math.min(a.least[1], b.least[1])],
  most: [Math.max(a.most[0], b.most[0]), Math.max(a.most[1], b.most[1])],
})

/** Everything in view with a margin in CSS pixels; a single point lies in the middle. */
export function fitMap({ least, most }: Bounds, { width, height }: MapSize, marginPx = 28): MapTransform {
  const [across, up] = [most[0] - least[0], most[1] - least[1]]
  const room = (size: number): number => Math.max(1, size - 2 * marginPx)
  const scale = Math.min(across > 0 ? room(width) / across : Infinity, up > 0 ? room(height) / up : Infinity)
  return {
    scale: Number.isFinite(scale) ? scale : 1,
    centre: [(least[0] + most[0]) / 2, (least[1] + most[1]) / 2],
  }
}

export const mapToCss = (
  { scale, centre }: MapTransform,
  { width, height }: MapSize,
  [x, y]: readonly [number, number],
): [number, number] => [(x - centre[0]) * scale + width / 2, height / 2 - (y - centre[1]) * scale]

/** The inverse of `mapToCss`. */
export const cssToMap = (
  { scale, centre }: MapTransform,
  { width, height }: MapSize,
  [x, y]: readonly [number, number],
): [number, number] => [(x - width / 2) / scale + centre[0], (height / 2 - y) / scale + centre[1]]

/** What moves a drawing made under one transform to where another has it: scaled about the upper left corner, then moved, CSS pixels. */
export function cssBetween(
  from: MapTransform,
  to: MapTransform,
  size: MapSize,
): { scale: number; x: number; y: number } {
  const [x, y] = mapToCss(to, size, cssToMap(from, size, [0, 0]))
  return { scale: to.scale / from.scale, x, y }
}

/** Zooms by `factor` and keeps the map point under `anchor` (CSS px) where it is; between a fifth of `fitted` and `MOST_ZOOM` times it. */
export function zoomMap(
  transform: MapTransform,
  size: MapSize,
  fitted: MapTransform,
  factor: number,
  anchor: readonly [number, number],
): MapTransform {
  const scale = Math.min(fitted.scale * MOST_ZOOM, Math.max(fitted.scale / 5, transform.scale * factor))
  const before = cssToMap(transform, size, anchor)
  const after = cssToMap({ ...transform, scale }, size, anchor)
  return {
    scale,
    centre: [transform.centre[0] + before[0] - after[0], transform.centre[1] + before[1] - after[1]],
  }
}

/** Moves the map by CSS pixels. */
export const panMap = ({ scale, centre }: MapTransform, [dx, dy]: readonly [number, number]): MapTransform => ({
  scale,
  centre: [centre[0] - dx / scale, centre[1] + dy / scale],
})
