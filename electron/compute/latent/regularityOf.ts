// Measures what regularisation buys on a set of codes: its decoder, its samples, the images themselves.
import { cancelled, SagittaError } from '#common/errors'
import { aggregatePosterior, drawGaussian } from '#common/latent/gaussian'
import { completenessOf, continuityOf, spreadOf } from '#common/latent/regularity'
import { randomStream } from '#models/layers/random'
import { shuffled } from '../datasets/shuffle'
import type { CodeSet, WorkOptions } from './codeSet'

export interface Regularity {
  readonly bend: number
  readonly change: number
  readonly plausible: number
  readonly coverage: number
  readonly samples: 'prior' | 'fitted'
}

/** Standard normal numbers of a seed. */
export function normals(seed: number, name: string, count: number): Float32Array {
  const { normal } = randomStream(seed, name)
  return Float32Array.from({ length: count }, normal)
}

/**
 * A third of the images says how near images of the data are to each other, two thirds are what samples are compared with. The model may
 * have been trained on them: continuity and completeness compare models, they do not judge one.
 * @throws no-training-data for fewer than 12 images; cancelled.
 */
export async function regularityOf(
  set: CodeSet,
  { seed, count }: { readonly seed: number; readonly count: number },
  { signal, onProgress }: WorkOptions = {},
): Promise<Regularity> {
  const { model, images, codes } = set
  const { units, elements } = model
  const chosen = shuffled([...images.items.keys()], randomStream(seed, 'regularity')).slice(0, count)
  if (chosen.length < 12)
    throw new SagittaError(
      'no-training-data',
      `Continuity and completeness need at least 12 images, and there are ${chosen.length}.`,
      { images: chosen.length },
    )
  const step = async (done: number): Promise<void> => {
    if (signal?.aborted) throw cancelled('Measuring')
    onProgress?.(done, 3)
    await new Promise(resolve => setImmediate(resolve))
  }
  await step(0)
  const points = new Float32Array(chosen.length * units)
  chosen.forEach((n, at) => points.set(codes.subarray(n * units, (n + 1) * units), at * units))
  const pixels = images.gather(chosen)
  const spread = spreadOf(pixels, elements)
  const noise = normals(seed, 'directions', points.length)
  const continuity = await continuityOf(points, units, noise, spread, decoded => model.decode(decoded))
  await step(1)
  const isVae = model.facts.task === 'vae'
  const draws = normals(seed, 'samples', points.length)
  const samples = isVae ? draws : drawGaussian(aggregatePosterior(codes, units), draws)
  const decoded = await model.decode(samples)
  await step(2)
  const third = Math.floor(chosen.length / 3) * elements
  const completeness = completenessOf(pixels.subarray(third), pixels.subarray(0, third), decoded, elements)
  onProgress?.(3, 3)
  return { ...continuity, ...completeness, samples: isVae ? 'prior' : 'fitted' }
}
