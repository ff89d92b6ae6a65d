// One slice as the network sees it, image and classes, before padding.
import { cutBox } from './box'
import { toNetwork } from './inPlane'
import { normalise, type Intensity } from './intensity'
import { ClassVote, resamplePlane } from './resample'
import { sourcesOf, type SlicePlan } from './slicePlan'

/** Reads slice k as acquired: row-major real values. */
export type ReadSlice = (k: number) => ArrayLike<number>

/** Network slice `n`, row-major `network.rows x network.columns`: turned, cropped, clipped, normalised, resampled linearly. */
export function imageSlice(plan: SlicePlan, intensity: Intensity, read: ReadSlice, n: number): Float32Array {
  const prepared = (k: number): Float32Array =>
    resamplePlane(seenPart(plan, normalise(read(k), intensity)), plan.box.columns, plan.there)
  return blend(sourcesOf(plan.there.slices, n), prepared)
}

/** Classes of network slice `n`: each class is resampled like an image of 0 and 1, and the largest share wins. */
export function classSlice(plan: SlicePlan, read: (k: number) => Uint8Array, n: number): Uint8Array {
  const sources = sourcesOf(plan.there.slices, n)
  const turned = new Map(
    sources.map(({ slice }) => {
      const classes = read(slice)
      const whole = toNetwork(classes, plan.inPlane, new Uint8Array(classes.length))
      return [slice, cutBox(whole, plan.inPlane.columns, plan.box, new Uint8Array(plan.box.columns * plan.box.rows))]
    }),
  )
  if (!plan.there.columns && !plan.there.rows && sources.length === 1) return turned.get(sources[0]!.slice)!
  const present = new Set<number>([0])
  for (const classes of turned.values()) for (const value of classes) present.add(value)
  const vote = new ClassVote(plan.network.columns * plan.network.rows)
  for (const classIndex of [...present].sort((a, b) => a - b))
    vote.offer(
      classIndex,
      blend(sources, slice => resamplePlane(indicator(turned.get(slice)!, classIndex), plan.box.columns, plan.there)),
    )
  return vote.classes
}

/** The part of an acquired slice that the network sees, turned its way. */
export function seenPart({ inPlane, box }: SlicePlan, values: Float32Array): Float32Array {
  const turned = toNetwork(values, inPlane, new Float32Array(values.length))
  return cutBox(turned, inPlane.columns, box, new Float32Array(box.columns * box.rows))
}

const indicator = (classes: Uint8Array, classIndex: number): Float32Array =>
  Float32Array.from(classes, value => (value === classIndex ? 1 : 0))

/** Weighted sum of slices; a single one is handed on as it is. */
export function blend(
  sources: readonly { slice: number; share: number }[],
  slice: (k: number) => Float32Array,
): Float32Array {
  if (sources.length === 1) return slice(sources[0]!.slice)
  const parts = sources.map(({ slice: k, share }) => ({ values: slice(k), share }))
  const sum = new Float32Array(parts[0]!.values.length)
  for (const { values, share } of parts) for (let n = 0; n < sum.length; n++) sum[n]! += share * values[n]!
  return sum
}
