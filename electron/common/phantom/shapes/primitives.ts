// The bodies anatomy is built from: ellipsoids, tubes through points, half spaces. Square roots and the four operations only (see index.ts).
import type { Vec3 } from '../../geometry/types'
import { overlap, type Bounds, type Frame, type Window } from './frame'
import { FAR, solid, type Shape } from './shape'

/** Everything: for shapes limited by others. */
export const EVERYWHERE: Bounds = [-FAR, FAR, -FAR, FAR, -FAR, FAR]

/**
 * Rotation by half-angle tangents about x, then y, then z: t = tan(angle / 2), so that cosines and sines are rational and the same everywhere.
 * Row-major 3x3 that takes body axes to the solid's own axes.
 */
function turn([tx, ty, tz]: Vec3): readonly number[] {
  const [cx, sx] = rational(tx)
  const [cy, sy] = rational(ty)
  const [cz, sz] = rational(tz)
  return [
    cy * cz,
    cy * sz,
    -sy,
    sx * sy * cz - cx * sz,
    sx * sy * sz + cx * cz,
    sx * cy,
    cx * sy * cz + sx * sz,
    cx * sy * sz - sx * cz,
    cx * cy,
  ]
}

const rational = (t: number): readonly [cos: number, sin: number] => [(1 - t * t) / (1 + t * t), (2 * t) / (1 + t * t)]

/**
 * An ellipsoid; `tilt` holds half-angle tangents about the axes.
 * Distance to first order at the surface: k0 (k0 - 1) / k1 with k0 = |p / r|, k1 = |p / r^2| (I. Quilez, "Ellipsoid SDF").
 */
export function ellipsoid(center: Vec3, radiiMm: Vec3, tilt: Vec3 = [0, 0, 0]): Shape {
  const [cx, cy, cz] = center
  const [a, b, c] = radiiMm
  const reach = Math.max(a, b, c)
  const [hx, hy, hz] = tilt.every(t => t === 0) ? radiiMm : ([reach, reach, reach] as const)
  const m = turn(tilt)
  const row = (axis: 0 | 1 | 2, radius: number): Vec3 => [
    m[3 * axis]! / radius,
    m[3 * axis + 1]! / radius,
    m[3 * axis + 2]! / radius,
  ]
  const [ux, uy, uz] = row(0, a)
  const [vx, vy, vz] = row(1, b)
  const [wx, wy, wz] = row(2, c)
  const [aa, bb, cc] = [1 / (a * a), 1 / (b * b), 1 / (c * c)]
  const smallest = Math.min(a, b, c)
  return {
    bounds: [cx - hx, cx + hx, cy - hy, cy + hy, cz - hz, cz + hz],
    distance(frame, window, out) {
      const { x, y, z, columns } = frame
      for (let j = window.j0; j < window.j1; j++) {
        const end = j * columns + window.i1
        for (let n = j * columns + window.i0; n < end; n++) {
          const px = x[n]! - cx
          const py = y[n]! - cy
          const pz = z[n]! - cz
          const u = ux * px + uy * py + uz * pz
          const v = vx * px + vy * py + vz * pz
          const w = wx * px + wy * py + wz * pz
          const uu = u * u
          const vv = v * v
          const ww = w * w
          const k0 = Math.sqrt(uu + vv + ww)
          const k1 = Math.sqrt(uu * aa + vv * bb + ww * cc)
          out[n] = k1 < 1e-6 ? -smallest : (k0 * (k0 - 1)) / k1
        }
      }
    },
  }
}

/** A knot of a tube: position and radius, mm. */
export type Knot = readonly [x: number, y: number, z: number, radiusMm: number]

/** A round tube through the knots; the radius changes linearly between them. Two equal knots give a ball. */
export function tube(knots: readonly Knot[]): Shape {
  const parts =
    knots.length === 1 ? [[knots[0]!, knots[0]!] as const] : knots.slice(1).map((knot, n) => [knots[n]!, knot] as const)
  const boxes = parts.map(([from, to]) => boxOf(from, to))
  const side = (n: number, pick: (...values: number[]) => number): number => pick(...boxes.map(box => box[n]!))
  return {
    bounds: [
      side(0, Math.min),
      side(1, Math.max),
      side(2, Math.min),
      side(3, Math.max),
      side(4, Math.min),
      side(5, Math.max),
    ],
    distance(frame, window, out) {
      for (let j = window.j0; j < window.j1; j++)
        out.fill(FAR, j * frame.columns + window.i0, j * frame.columns + window.i1)
      parts.forEach(([from, to], n) => {
        const part = frame.window(boxes[n]!, REACH_MM)
        if (part) lowerBySegment(frame, overlap(part, window), from, to, out)
      })
    },
  }
}

/** Beyond this distance a tube counts as far away. */
const REACH_MM = 8

const boxOf = (p: Knot, q: Knot): Bounds => {
  const r = Math.max(p[3], q[3])
  const low = (n: 0 | 1 | 2): number => Math.min(p[n], q[n]) - r
  const high = (n: 0 | 1 | 2): number => Math.max(p[n], q[n]) + r
  return [low(0), high(0), low(1), high(1), low(2), high(2)]
}

function lowerBySegment(frame: Frame, window: Window, from: Knot, to: Knot, out: Float32Array): void {
  const { x, y, z, columns } = frame
  const [ax, ay, az, ar] = from
  const dx = to[0] - ax
  const dy = to[1] - ay
  const dz = to[2] - az
  const dr = to[3] - ar
  const length2 = Math.max(1e-9, dx * dx + dy * dy + dz * dz)
  for (let j = window.j0; j < window.j1; j++) {
    const end = j * columns + window.i1
    for (let n = j * columns + window.i0; n < end; n++) {
      const px = x[n]! - ax
      const py = y[n]! - ay
      const pz = z[n]! - az
      let t = (px * dx + py * dy + pz * dz) / length2
      t = t < 0 ? 0 : t > 1 ? 1 : t
      const ex = px - t * dx
      const ey = py - t * dy
      const ez = pz - t * dz
      const d = Math.sqrt(ex * ex + ey * ey + ez * ez) - (ar + t * dr)
      if (d < out[n]!) out[n] = d
    }
  }
}

/** The half space where nx x + ny y + nz z < offsetMm (the normal need not have length 1; it is scaled). */
export function halfSpace([nx, ny, nz]: Vec3, offsetMm: number): Shape {
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz)
  return solid(EVERYWHERE, (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) out[n] = (nx * x[n]! + ny * y[n]! + nz * z[n]! - offsetMm) / length
  })
}

/** A flat box around `center` whose thin side looks along `normal` (in the x-y plane); half sizes are across, along and up. */
export function plate([cx, cy, cz]: Vec3, [nx, ny]: Vec3, [across, along, up]: Vec3): Shape {
  const length = Math.sqrt(nx * nx + ny * ny)
  const ux = nx / length
  const uy = ny / length
  const reach = across + along
  return solid([cx - reach, cx + reach, cy - reach, cy + reach, cz - up, cz + up], (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) {
      const px = x[n]! - cx
      const py = y[n]! - cy
      out[n] = Math.max(
        Math.abs(px * ux + py * uy) - across,
        Math.abs(py * ux - px * uy) - along,
        Math.abs(z[n]! - cz) - up,
      )
    }
  })
}

/** A position along z: c0 + c1 z + c2 z^2, mm. */
export type Curve = readonly [c0: number, c1: number, c2: number]

export const straight = (at: number): Curve => [at, 0, 0]

/** The curve moved by `byMm`. */
export const shifted = ([c0, c1, c2]: Curve, byMm: number): Curve => [c0 + byMm, c1, c2]

export const curveAt = ([c0, c1, c2]: Curve, z: number): number => c0 + z * (c1 + z * c2)

/** An elliptic column along z whose centre follows curves: muscles, the canal, the cord. */
export function column(bounds: Bounds, centerX: Curve, centerY: Curve, [rx, ry]: readonly [number, number]): Shape {
  const sizeMm = Math.sqrt(rx * ry)
  const [x0, x1, x2] = centerX
  const [y0, y1, y2] = centerY
  return solid(bounds, (out, from, to, x, y, z) => {
    for (let n = from; n < to; n++) {
      const height = z[n]!
      const u = (x[n]! - x0 - height * (x1 + height * x2)) / rx
      const v = (y[n]! - y0 - height * (y1 + height * y2)) / ry
      out[n] = (Math.sqrt(u * u + v * v) - 1) * sizeMm
    }
  })
}
