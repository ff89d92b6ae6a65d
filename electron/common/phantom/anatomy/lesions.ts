// Lesions: lobed, hypodense masses in the liver, one in the spleen, nodules in the lungs. The ground truth everybody trains for.
import type { PhantomPatient } from '../patients'
import type { Random } from '../random'
import { LESION } from '../labels'
import { pointFrame } from '../shapes/frame'
import { ellipsoid } from '../shapes/primitives'
import { blend, within, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part } from './part'

interface Site {
  /** Share of the lesions that reach the organ's surface; the largest ones do. */
  shallow: number
  organ: Shape
  /** Where to look for places, body mm. */
  box: readonly [x0: number, x1: number, y0: number, y1: number, z0: number, z1: number]
  radiiMm: readonly number[]
}

interface Place {
  x: number
  y: number
  z: number
  radiusMm: number
}

/** Tissue left between a lesion and the organ's surface, or another lesion. */
const GAP_MM = 3
const TRIES = 600

/** Random places inside the organ, largest lesion first, none touching. Deterministic: candidates are drawn once and tested in order. */
function findPlaces(random: Random, site: Site): Place[] {
  const [x0, x1, y0, y1, z0, z1] = site.box
  const points = Array.from({ length: TRIES }, () => [
    random.between(x0, x1),
    random.between(y0, y1),
    random.between(z0, z1),
  ]).flat()
  const frame = pointFrame(points)
  const depth = new Float32Array(TRIES)
  site.organ.distance(frame, frame.window(site.organ.bounds)!, depth)

  const places: Place[] = []
  site.radiiMm.forEach((radiusMm, order) => {
    const reaches = order < site.shallow * site.radiiMm.length
    const [least, most] = reaches ? [0.35 * radiusMm, 0.7 * radiusMm] : [radiusMm + GAP_MM, Infinity]
    const free = (n: number): boolean => {
      const [x, y, z] = [points[3 * n]!, points[3 * n + 1]!, points[3 * n + 2]!]
      const clear = (p: Place): boolean =>
        (p.x - x) ** 2 + (p.y - y) ** 2 + (p.z - z) ** 2 > (p.radiusMm + radiusMm + GAP_MM) ** 2
      return -depth[n]! > least && -depth[n]! < most && places.every(clear)
    }
    const n = depth.findIndex((_, candidate) => free(candidate))
    if (n >= 0) places.push({ x: points[3 * n]!, y: points[3 * n + 1]!, z: points[3 * n + 2]!, radiusMm })
  })
  return places
}

/** Two or three overlapping ellipsoids of about the given radius. */
function mass(random: Random, { x, y, z, radiusMm }: Place): Shape {
  const lobe = (shift: number, size: number): Shape => {
    const off = (): number => random.between(-shift, shift) * radiusMm
    const radius = (): number => radiusMm * size * random.between(0.88, 1.1)
    return ellipsoid(
      [x + off(), y + off(), z + off()],
      [radius(), radius(), radius()],
      [random.between(-0.4, 0.4), random.between(-0.4, 0.4), 0],
    )
  }
  return blend(radiusMm * 0.5, lobe(0.1, 0.92), lobe(0.4, 0.62), ...(radiusMm > 11 ? [lobe(0.45, 0.55)] : []))
}

export interface Organs {
  liver: Shape
  spleen: Shape
  lungs: Shape
}

export function lesions(patient: PhantomPatient, random: Random, organs: Organs): Part[] {
  const { liver, spleen } = patient.enhancement
  const radius = (low: number, high: number): number => random.between(low, high)
  const small = Array.from({ length: random.integer(5, 7) }, () => radius(8.5, 13))
  const radiiMm = [radius(20, 24), radius(17, 20), radius(15, 18), radius(13, 16), radius(12, 15), ...small]
  const inLiver = findPlaces(random, { organ: organs.liver, shallow: 0.5, box: [-125, 75, -95, 85, -110, 80], radiiMm })
  const inSpleen = findPlaces(random, {
    organ: organs.spleen,
    shallow: 0,
    box: [75, 130, -10, 85, -40, 60],
    radiiMm: [radius(9, 11)],
  })
  const inLungs = findPlaces(random, {
    organ: organs.lungs,
    shallow: 0,
    box: [-120, 120, -80, 85, 20, 140],
    radiiMm: [radius(7, 9), radius(5.5, 7.5)],
  })

  const dark = (place: Place, around: number, organ: Shape): Part => {
    const hu = around - random.between(44, 58)
    const shape = within(1, mass(random, place), organ)
    const layers = [layer(0, { hu, patchHu: 4, grainHu: 5, softMm: random.between(0.8, 2.5) }, LESION)]
    if (place.radiusMm > 14)
      layers.push(layer(-place.radiusMm * 0.42, { hu: hu - random.between(8, 16), patchHu: 5, softMm: 6 }, 'keep'))
    return layered(shape, ...layers)
  }
  return [
    ...inLiver.map(place => dark(place, liver, organs.liver)),
    ...inSpleen.map(place => dark(place, spleen, organs.spleen)),
    ...inLungs.map(place => part(mass(random, place), { hu: random.between(28, 48), grainHu: 6, softMm: 1 }, LESION)),
  ]
}
