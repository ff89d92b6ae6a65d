// Solids of the phantom as signed distances, and how they combine. Negative inside, mm of body space, exact near the surface only.
import { overlap, type Bounds, type Frame, type Window } from './frame'

export interface Shape {
  readonly bounds: Bounds
  /** Writes the signed distance of every pixel of the window into `out` (indexed like the frame). Far outside it may be any large value. */
  distance(frame: Frame, window: Window, out: Float32Array): void
}

/** Outside of everything. */
export const FAR = 1000

/** How far around a shape its distances are looked at, mm. */
const REACH_MM = 8

/** Distances of `shape` over the window, evaluated only near the shape and FAR elsewhere. */
function distancesNear(shape: Shape, frame: Frame, window: Window, reachMm: number, out: Float32Array): void {
  for (let j = window.j0; j < window.j1; j++)
    out.fill(FAR, j * frame.columns + window.i0, j * frame.columns + window.i1)
  const near = frame.window(shape.bounds, reachMm)
  if (!near) return
  const both = overlap(near, window)
  if (both.i0 < both.i1 && both.j0 < both.j1) shape.distance(frame, both, out)
}

/**
 * Writes distances of pixels [from, to) given their body coordinates. Loops live in each solid, not here, so that the engine compiles its
 * formula into the loop: a callback for every pixel would box four numbers.
 */
export type FillDistances = (
  out: Float32Array,
  from: number,
  to: number,
  x: Float32Array,
  y: Float32Array,
  z: Float32Array,
) => void

/** A solid given by its distance function of body coordinates. */
export function solid(bounds: Bounds, fill: FillDistances): Shape {
  return {
    bounds,
    distance(frame, window, out) {
      for (let j = window.j0; j < window.j1; j++) {
        fill(out, j * frame.columns + window.i0, j * frame.columns + window.i1, frame.x, frame.y, frame.z)
      }
    },
  }
}

/** A solid that starts from another's distances: `fill` finds those in `out` and replaces them. */
export function derived(base: Shape, bounds: Bounds, fill: FillDistances): Shape {
  const own = solid(bounds, fill)
  return {
    bounds,
    distance(frame, window, out) {
      base.distance(frame, window, out)
      own.distance(frame, window, out)
    },
  }
}

/** Evaluates a shape once a frame: for solids that several others refer to. */
export function cached(shape: Shape): Shape {
  let serial = -1
  let values = new Float32Array(0)
  return {
    bounds: shape.bounds,
    distance(frame, window, out) {
      if (serial !== frame.serial) {
        if (values.length !== frame.x.length) values = new Float32Array(frame.x.length)
        distancesNear(shape, frame, { i0: 0, i1: frame.columns, j0: 0, j1: frame.rows }, REACH_MM, values)
        serial = frame.serial
      }
      for (let j = window.j0; j < window.j1; j++) {
        const row = j * frame.columns
        out.set(values.subarray(row + window.i0, row + window.i1), row + window.i0)
      }
    },
  }
}

const hull = (shapes: readonly Shape[], growMm: number): Bounds => {
  const side = (n: number, pick: (...values: number[]) => number): number =>
    pick(...shapes.map(shape => shape.bounds[n]!))
  return [
    side(0, Math.min) - growMm,
    side(1, Math.max) + growMm,
    side(2, Math.min) - growMm,
    side(3, Math.max) + growMm,
    side(4, Math.min) - growMm,
    side(5, Math.max) + growMm,
  ]
}

/** Combines distances pixel by pixel, left to right, within `bounds`; `roundMm` is how far apart shapes still touch each other. */
function fold(
  bounds: Bounds,
  roundMm: number,
  shapes: readonly Shape[],
  combine: (into: Float32Array, other: Float32Array, from: number, to: number) => void,
): Shape {
  const [first, ...rest] = shapes
  return {
    bounds,
    distance(frame, window, out) {
      distancesNear(first!, frame, window, roundMm + REACH_MM, out)
      const other = frame.borrow()
      for (const shape of rest) {
        distancesNear(shape, frame, window, roundMm + REACH_MM, other)
        for (let j = window.j0; j < window.j1; j++) {
          combine(out, other, j * frame.columns + window.i0, j * frame.columns + window.i1)
        }
      }
      frame.release(other)
    },
  }
}

export const union = (...shapes: Shape[]): Shape =>
  fold(hull(shapes, 0), 0, shapes, (into, other, from, to) => {
    for (let n = from; n < to; n++) if (other[n]! < into[n]!) into[n] = other[n]!
  })

/** Union whose seams are filleted over about `blendMm` (polynomial smooth minimum). */
export const blend = (blendMm: number, ...shapes: Shape[]): Shape =>
  fold(hull(shapes, blendMm / 4), blendMm, shapes, (into, other, from, to) => {
    for (let n = from; n < to; n++) into[n] = smoothMin(into[n]!, other[n]!, blendMm)
  })

/** What of `shape` lies inside all the others; edges rounded over `roundMm`. */
export const within = (roundMm: number, shape: Shape, ...others: Shape[]): Shape =>
  fold(shape.bounds, roundMm, [shape, ...others], (into, other, from, to) => {
    for (let n = from; n < to; n++) into[n] = -smoothMin(-into[n]!, -other[n]!, roundMm)
  })

/** What of `shape` lies outside all the others; edges rounded over `roundMm`. */
export const without = (roundMm: number, shape: Shape, ...others: Shape[]): Shape =>
  fold(shape.bounds, roundMm, [shape, ...others], (into, other, from, to) => {
    for (let n = from; n < to; n++) into[n] = -smoothMin(-into[n]!, other[n]!, roundMm)
  })

/** The solid grown (or, negative, shrunk) by `growMm` along its normals. */
export function grown(growMm: number, shape: Shape): Shape {
  const by = Math.max(0, growMm)
  const [x0, x1, y0, y1, z0, z1] = shape.bounds
  return {
    bounds: [x0 - by, x1 + by, y0 - by, y1 + by, z0 - by, z1 + by],
    distance(frame, window, out) {
      shape.distance(frame, window, out)
      for (let j = window.j0; j < window.j1; j++) {
        const end = j * frame.columns + window.i1
        for (let n = j * frame.columns + window.i0; n < end; n++) out[n] = out[n]! - growMm
      }
    },
  }
}

/** min(a, b), rounded where they are within `k` of another; `k` 0 is the plain minimum. */
export function smoothMin(a: number, b: number, k: number): number {
  const low = a < b ? a : b
  if (k <= 0) return low
  const touch = k - Math.abs(a - b)
  return touch <= 0 ? low : low - (touch * touch) / (4 * k)
}
