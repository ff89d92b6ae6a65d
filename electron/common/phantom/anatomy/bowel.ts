// Bowel: loops of gut, the colon with its haustra, and the vessels of the mesentery between them.
import type { Random } from '../random'
import { ellipsoid, halfSpace, tube, type Knot } from '../shapes/primitives'
import { grown, within, type Shape } from '../shapes/shape'
import { layer, layered, part, type Part, type Tissue } from './part'

/** Loops stay inside `room`. */
export function bowel(random: Random, room: Shape): Part[] {
  return [...mesentery(random, room), ...loops(random, room), ...colon(random, room)]
}

/** Small bowel: short bent tubes on a jittered lattice through the middle and lower belly. */
function loops(random: Random, room: Shape): Part[] {
  const parts: Part[] = []
  for (let z = -215; z <= -38; z += 27) {
    for (let x = -84; x <= 84; x += 28) {
      for (let y = -78; y <= 20; y += 28) {
        const high = z > -60 && (x < 20 || y > -20)
        if (high || random.between(0, 1) < 0.12) continue
        parts.push(
          ...loop(random, room, [
            x + random.between(-10, 10),
            y + random.between(-10, 10),
            z + random.between(-10, 10),
          ]),
        )
      }
    }
  }
  return parts
}

function loop(random: Random, room: Shape, [x, y, z]: readonly [number, number, number]): Part[] {
  const radius = random.between(10, 16)
  const bend = random.between(-14, 14)
  const [dx, dy, dz] = [random.between(-30, 30), random.between(-22, 22), random.between(-24, 24)]
  const knots: Knot[] = [
    [x - dx / 2, y - dy / 2, z - dz / 2, radius * 0.9],
    [x + bend / 2, y - bend / 2, z, radius],
    [x + dx / 2, y + dy / 2, z + dz / 2, radius * 0.95],
  ]
  const gut = within(2, tube(knots), room)
  const wallMm = random.between(2.4, 3.4)
  const content = random.between(0, 1) < 0.8 ? random.between(36, 80) : random.between(80, 120)
  const parts = [
    layered(
      gut,
      layer(1.4, { hu: -96, opacity: 0.8 }),
      layer(0, { hu: random.between(86, 112), grainHu: 10 }),
      layer(-wallMm, { hu: content, grainHu: 11, patchHu: 6, softMm: 1 }),
    ),
  ]
  if (random.between(0, 1) < 0.16) {
    parts.push(
      part(within(1, grown(-wallMm, gut), halfSpace([0, 1, 0], y - radius * random.between(0.05, 0.45))), {
        hu: -900,
        softMm: 1,
      }),
    )
  }
  return parts
}

/** Colon: a chain of bulges up the right, across the front and down the left side, filled with stool and gas. */
function colon(random: Random, room: Shape): Part[] {
  const path: readonly (readonly [number, number, number])[] = [
    [-98, 18, -220],
    [-102, 16, -150],
    [-96, 10, -100],
    [-70, -38, -92],
    [-20, -66, -96],
    [40, -66, -78],
    [88, -36, -40],
    [106, 14, -34],
    [112, 34, -70],
    [112, 32, -150],
    [104, 20, -220],
  ]
  const parts: Part[] = []
  for (let leg = 1; leg < path.length; leg++) {
    const [x0, y0, z0] = path[leg - 1]!
    const [x1, y1, z1] = path[leg]!
    const length = Math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2 + (z1 - z0) ** 2)
    const count = Math.max(1, Math.floor(length / 22))
    for (let n = 0; n < count; n++) {
      const t = n / count
      const jitter = (): number => random.between(-4, 4)
      const center = [
        x0 + t * (x1 - x0) + jitter(),
        y0 + t * (y1 - y0) + jitter(),
        z0 + t * (z1 - z0) + jitter(),
      ] as const
      parts.push(...haustrum(random, room, center))
    }
  }
  return parts
}

function haustrum(random: Random, room: Shape, [x, y, z]: readonly [number, number, number]): Part[] {
  const r = random.between(16, 21)
  const bulge = within(
    4,
    ellipsoid([x, y, z], [r * random.between(0.9, 1.1), r * random.between(0.85, 1.05), r * random.between(0.9, 1.15)]),
    room,
  )
  const stool: Tissue =
    random.between(0, 1) < 0.6
      ? { hu: random.between(22, 66), grainHu: 60, patchHu: 20, softMm: 1 }
      : { hu: random.between(35, 75), grainHu: 14, softMm: 1 }
  const parts = [layered(bulge, layer(0, { hu: 82, grainHu: 8 }), layer(-2.6, stool))]
  if (random.between(0, 1) < 0.55) {
    const gas = within(1, grown(-2.6, bulge), halfSpace([0, 1, 0], y - r * random.between(-0.1, 0.5)))
    parts.push(part(gas, { hu: -920, softMm: 0.8 }))
  }
  return parts
}

function mesentery(random: Random, room: Shape): Part[] {
  const parts: Part[] = []
  for (let n = 0; n < 170; n++) {
    const [x, y, z] = [random.between(-85, 95), random.between(-80, 30), random.between(-220, -20)]
    const r = random.between(1.3, 2.4)
    const vessel = tube([
      [x, y, z, r],
      [x + random.between(-16, 16), y + random.between(-12, 12), z + random.between(-20, 20), r * 0.8],
    ])
    parts.push(part(within(0, vessel, room), { hu: random.between(105, 145) }))
  }
  return parts
}
