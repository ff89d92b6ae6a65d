// Where an image lies in a view: zoom, pan, fit, and the way between device pixels and voxels. Pure; the only place that knows this arithmetic.

/** Size of what is shown: pixels of the slice and mm between their centres, [x, y]. */
export interface ImageExtent {
  readonly columns: number
  readonly rows: number
  readonly spacingMm: readonly [x: number, y: number]
}

/** Size of the view in device pixels. */
export interface ViewSize {
  readonly width: number
  readonly height: number
}

/**
 * `zoom`: device pixels per voxel of the finer axis; `pan`: offset of the image centre from the view centre in voxels of each axis.
 */
export interface ViewTransform {
  readonly zoom: number
  readonly pan: readonly [x: number, y: number]
}

export const ZOOM_LIMITS = { least: 0.05, most: 64 } as const

/** Device pixels per voxel along x and y: the coarser axis is stretched so that mm are square on screen. */
export function pixelScale(image: ImageExtent, zoom: number): readonly [number, number] {
  const [x, y] = image.spacingMm
  if (!(x > 0) || !(y > 0)) return [zoom, zoom]
  const finer = Math.min(x, y)
  return [(zoom * x) / finer, (zoom * y) / finer]
}

/** The whole image, centred, with no border on the tighter side. */
export function fit(image: ImageExtent, view: ViewSize): ViewTransform {
  const [x, y] = pixelScale(image, 1)
  const zoom = Math.min(view.width / (image.columns * x), view.height / (image.rows * y))
  return { zoom: clampZoom(zoom), pan: [0, 0] }
}

const clampZoom = (zoom: number): number =>
  Number.isFinite(zoom) ? Math.min(ZOOM_LIMITS.most, Math.max(ZOOM_LIMITS.least, zoom)) : 1

/** Device pixel (from the view's top left) to image coordinates whose integers are voxel centres: (0, 0) is the centre of the first voxel. */
export function screenToImage(
  image: ImageExtent,
  view: ViewSize,
  transform: ViewTransform,
  point: readonly [number, number],
): [number, number] {
  const [sx, sy] = pixelScale(image, transform.zoom)
  return [
    (point[0] - view.width / 2) / sx - transform.pan[0] + image.columns / 2 - 0.5,
    (point[1] - view.height / 2) / sy - transform.pan[1] + image.rows / 2 - 0.5,
  ]
}

/** The inverse of `screenToImage`. */
export function imageToScreen(
  image: ImageExtent,
  view: ViewSize,
  transform: ViewTransform,
  point: readonly [number, number],
): [number, number] {
  const [sx, sy] = pixelScale(image, transform.zoom)
  return [
    (point[0] + 0.5 - image.columns / 2 + transform.pan[0]) * sx + view.width / 2,
    (point[1] + 0.5 - image.rows / 2 + transform.pan[1]) * sy + view.height / 2,
  ]
}

/** Zooms by `factor` and keeps the voxel under `anchor` (device px) where it is. */
export function zoomAt(
  image: ImageExtent,
  view: ViewSize,
  transform: ViewTransform,
  factor: number,
  anchor: readonly [number, number],
): ViewTransform {
  const zoom = clampZoom(transform.zoom * factor)
  const before = screenToImage(image, view, transform, anchor)
  const after = screenToImage(image, view, { ...transform, zoom }, anchor)
  return { zoom, pan: [transform.pan[0] + after[0] - before[0], transform.pan[1] + after[1] - before[1]] }
}

/** Moves the image by device pixels; at least a corner of it stays in view. */
export function panBy(
  image: ImageExtent,
  view: ViewSize,
  transform: ViewTransform,
  delta: readonly [number, number],
): ViewTransform {
  const [sx, sy] = pixelScale(image, transform.zoom)
  const reach = (size: number, viewSize: number, scale: number): number =>
    size / 2 + viewSize / (2 * scale) - 16 / scale
  const clamp = (value: number, limit: number): number => Math.min(limit, Math.max(-limit, value))
  return {
    zoom: transform.zoom,
    pan: [
      clamp(transform.pan[0] + delta[0] / sx, reach(image.columns, view.width, sx)),
      clamp(transform.pan[1] + delta[1] / sy, reach(image.rows, view.height, sy)),
    ],
  }
}

/** The affine of a canvas context that draws in voxel-corner coordinates: (0, 0) is the top left corner of the first voxel. */
export function canvasMatrix(
  image: ImageExtent,
  view: ViewSize,
  transform: ViewTransform,
): readonly [a: number, d: number, e: number, f: number] {
  const [sx, sy] = pixelScale(image, transform.zoom)
  return [
    sx,
    sy,
    view.width / 2 + (transform.pan[0] - image.columns / 2) * sx,
    view.height / 2 + (transform.pan[1] - image.rows / 2) * sy,
  ]
}

/** A scale bar: the longest of 1, 2, 5 times a power of ten mm that takes at most `share` of the view's width; null without spacing. */
export function scaleBar(
  image: ImageExtent,
  view: ViewSize,
  zoom: number,
  share = 0.25,
): { lengthMm: number; devicePixels: number } | null {
  const [x] = image.spacingMm
  if (!(x > 0)) return null
  const pixelsPerMm = pixelScale(image, zoom)[0] / x
  const room = (view.width * share) / pixelsPerMm
  const power = 10 ** Math.floor(Math.log10(room))
  const lengthMm = [5, 2, 1].map(step => step * power).find(length => length <= room) ?? power
  return { lengthMm, devicePixels: lengthMm * pixelsPerMm }
}
