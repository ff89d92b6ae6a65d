// From a region somebody drew on a slice to the points whose images show part of it, in the same series and in others of the same space. Pure.
import { apply, applyDirection, invert, multiply } from '#common/geometry/affine'
import type { Affine, Vec3 } from '#common/geometry/types'
import { cross, dot } from '#common/geometry/vector'
import type { Codes } from '#common/ipc/latent'

/** Edges in voxels of the acquired grid: [left, right) x [top, bottom). */
export interface SliceBox {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A box on slice k of a volume; null: the whole slice. */
export interface SliceRegion {
  readonly volumeId: string
  readonly k: number
  readonly box: SliceBox | null
}

/** Where a volume is: its affine, and the space that affine is in. Volumes of one frame of reference can be compared. */
export interface Placed {
  readonly size: readonly [columns: number, rows: number, slices: number]
  /** null for slices without a common affine: then only regions of the same volume find its images. */
  readonly affineLps: Affine | null
  readonly frameOfReferenceUid: string
}

/** Where image n of a set lies; null for an image that is no part of a volume. */
export function placeOfImage({ places }: Pick<Codes, 'places'>, n: number): (SliceRegion & { box: SliceBox }) | null {
  const volumeId = places.volumeIds[places.volume[n] ?? -1]
  if (volumeId === undefined) return null
  const [left, top] = [places.left[n]!, places.top[n]!]
  return {
    volumeId,
    k: places.k[n]!,
    box: { left, top, right: left + places.columns[n]!, bottom: top + places.rows[n]! },
  }
}

/**
 * Images that show voxels of the region, ascending. Within the region's own volume by voxel indices; in other volumes of its frame of
 * reference by patient space: slices are as thick as they are far apart, whichever way either series is turned. Touching is not enough.
 * @param volumeOf what is known of a volume; null for one that is not open
 */
export function imagesInRegion(
  codes: Pick<Codes, 'places' | 'count'>,
  region: SliceRegion,
  volumeOf: (volumeId: string) => Placed | null,
): Int32Array {
  const from = volumeOf(region.volumeId)
  const shows = codes.places.volumeIds.map(volumeId => {
    if (volumeId === region.volumeId) return sameGrid(region)
    const to = volumeOf(volumeId)
    return from && to ? otherGrid(region, from, to) : never
  })
  const found: number[] = []
  for (let n = 0; n < codes.count; n++) {
    const test = shows[codes.places.volume[n]!]
    const place = test && placeOfImage(codes, n)
    if (place && test(place.k, place.box)) found.push(n)
  }
  return Int32Array.from(found)
}

type Shows = (k: number, box: SliceBox) => boolean
const never: Shows = () => false

const sameGrid =
  ({ k, box }: SliceRegion): Shows =>
  (slice, image) =>
    slice === k &&
    (box === null ||
      (image.left < box.right && image.right > box.left && image.top < box.bottom && image.bottom > box.top))

/** Below this many voxels of overlap two boxes only touch. */
const TOUCH = 1e-6

/**
 * In voxels of the other grid the region is a parallelepiped and an image an upright box. Two convex bodies are apart exactly if one of
 * the directions perpendicular to a face of either, or to an edge of each, separates them (Gottschalk et al. 1996, "OBBTree", section 5).
 */
function otherGrid({ k, box }: SliceRegion, from: Placed, to: Placed): Shows {
  if (!from.affineLps || !to.affineLps) return never
  if (from.frameOfReferenceUid === '' || from.frameOfReferenceUid !== to.frameOfReferenceUid) return never
  const { left, top, right, bottom } = box ?? { left: 0, top: 0, right: from.size[0], bottom: from.size[1] }
  const across = multiply(invert(to.affineLps), from.affineLps)
  // Voxel centres are integers: voxel i reaches from i - 1/2 to i + 1/2.
  const middle = apply(across, [(left + right - 1) / 2, (top + bottom - 1) / 2, k])
  const halves = [
    applyDirection(across, [(right - left) / 2, 0, 0]),
    applyDirection(across, [0, (bottom - top) / 2, 0]),
    applyDirection(across, [0, 0, 0.5]),
  ] as const
  const directions = separating(halves).map(direction => ({
    direction,
    at: dot(direction, middle),
    reach: halves.reduce((sum, half) => sum + Math.abs(dot(half, direction)), 0),
  }))
  return (slice, image) => {
    const centre: Vec3 = [(image.left + image.right - 1) / 2, (image.top + image.bottom - 1) / 2, slice]
    const half: Vec3 = [(image.right - image.left) / 2, (image.bottom - image.top) / 2, 0.5]
    return directions.every(({ direction, at, reach }) => {
      const own = half.reduce((sum, value, axis) => sum + value * Math.abs(direction[axis]!), 0)
      return Math.abs(dot(direction, centre) - at) < reach + own - TOUCH
    })
  }
}

const AXES: readonly Vec3[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]

function separating(halves: readonly [Vec3, Vec3, Vec3]): Vec3[] {
  const [a, b, c] = halves
  const candidates = [
    ...AXES,
    cross(a, b),
    cross(b, c),
    cross(c, a),
    ...AXES.flatMap(axis => halves.map(half => cross(axis, half))),
  ]
  return candidates.flatMap(candidate => {
    const length = Math.hypot(...candidate)
    return length > 1e-9 ? [[candidate[0] / length, candidate[1] / length, candidate[2] / length] as const] : []
  })
}
