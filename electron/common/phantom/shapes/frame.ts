// Where the pixels of one slice lie in body space: the bent, scaled coordinates every shape is evaluated in.

/** A box in body space, mm: [xMin, xMax, yMin, yMax, zMin, zMax]. */
export type Bounds = readonly [number, number, number, number, number, number]

/** A pixel rectangle, half open. */
export interface Window {
  i0: number
  i1: number
  j0: number
  j1: number
}

export const overlap = (a: Window, b: Window): Window => ({
  i0: Math.max(a.i0, b.i0),
  i1: Math.min(a.i1, b.i1),
  j0: Math.max(a.j0, b.j0),
  j1: Math.min(a.j1, b.j1),
})

/** The stack of slices: in-plane grid, and the z range it covers. Patient mm. */
export interface SliceGrid {
  columns: number
  rows: number
  spacingMm: readonly [x: number, y: number, z: number]
  /** Centre of pixel (0, 0). */
  originMm: readonly [x: number, y: number]
  /** z of the lowest slice, and distance from there to the highest. */
  bottomMm: number
  depthMm: number
}

/**
 * Body space is patient space after the patient's scale and bend are taken out: x to the patient's left, y to posterior, z to superior, mm,
 * origin in the middle of the upper abdomen. Anatomy is written down once, there.
 */
export interface Frame {
  /** Counts up whenever the coordinates change; caches compare it. */
  serial: number
  readonly columns: number
  readonly rows: number
  /** Body coordinates of pixel n = j * columns + i. */
  readonly x: Float32Array
  readonly y: Float32Array
  readonly z: Float32Array
  /** Pixels that may lie inside the bounds, grown by `marginMm`; null when the slice misses them. */
  window(bounds: Bounds, marginMm?: number): Window | null
  /** A buffer of rows * columns for intermediate distances; give it back with `release`. */
  borrow(): Float32Array
  release(buffer: Float32Array): void
}

/** Buffers handed out and taken back, so that evaluating nested shapes allocates nothing. */
export function bufferPool(length: number): Pick<Frame, 'borrow' | 'release'> {
  const free: Float32Array[] = []
  return {
    borrow: () => free.pop() ?? new Float32Array(length),
    release: buffer => void free.push(buffer),
  }
}

/** Loose points of body space as a frame of one row: for placing things inside organs. `points` holds x, y, z after another. */
export function pointFrame(points: ArrayLike<number>): Frame {
  const count = points.length / 3
  const pick = (axis: number): Float32Array => Float32Array.from({ length: count }, (_, n) => points[3 * n + axis]!)
  return {
    serial: nextSerial(),
    columns: count,
    rows: 1,
    x: pick(0),
    y: pick(1),
    z: pick(2),
    window: () => ({ i0: 0, i1: count, j0: 0, j1: 1 }),
    ...bufferPool(count),
  }
}

let serials = 0
/** A number no other frame had: caches of shapes are shared between frames. */
export const nextSerial = (): number => ++serials
