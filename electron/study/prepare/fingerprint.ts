// Facts of a labelled case from which a run's settings are chosen: size, spacing, intensities under labels, labels per slice.
import { SagittaError, cancelled } from '#common/errors'
import type { Fingerprint } from '#common/ipc/prepare'
import { percentile } from '#common/metrics/percentile'
import { classesOf, type ClassTable } from '#common/preprocessing/classes'
import { slicePlan } from '#common/preprocessing/slicePlan'
import { countClasses } from './prepareCase'
import { checkSlice, checkTarget, type ImageSource, type TargetSource } from './sources'

/** Values kept per slice for percentiles: enough for three digits, little enough for memory. */
const SAMPLES_PER_SLICE = 5000

/**
 * @throws label-values-unexpected (file and counts), not-finite, grid-mismatch, no-training-data when no slice is complete.
 */
export async function fingerprintCase(
  image: ImageSource,
  target: { source: TargetSource; table: ClassTable },
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<Fingerprint> {
  checkTarget(image, target.source)
  const { complete } = target.source
  const plan = slicePlan(image.grid, { spacingMm: [null, null, null] })
  const counts: number[][] = []
  const under = new Intensities()
  const all = new Intensities()
  for (let k = 0; k < complete.length; k++) {
    if (options.signal?.aborted) throw cancelled('Looking at the images')
    const values = await image.slice(k)
    checkSlice(values, image.grid, k, image.name)
    all.widen(values)
    if (complete[k]) {
      const labels = await target.source.slice(k)
      checkSlice(labels, image.grid, k, target.source.name)
      const classes = classesOf(labels, target.table, target.source.name)
      counts.push(countClasses(classes, target.table.values.length + 1))
      all.add(values, () => true)
      under.add(values, n => classes[n]! > 0)
    } else counts.push(new Array<number>(target.table.values.length + 1).fill(0))
    options.onProgress?.(k + 1, complete.length)
  }
  if (!complete.includes(true))
    throw new SagittaError(
      'no-training-data',
      `No slice of ${image.name} is marked complete, so there is nothing to learn from. Draw on some slices and mark them complete.`,
      { image: image.name },
    )
  if (!all.finite)
    throw new SagittaError(
      'not-finite',
      `${image.name} holds a value that is no number (NaN or infinite). Leave this image out, or export it again without such values.`,
      { file: image.name },
    )
  const { columns, rows, slices } = plan.network
  return {
    size: { columns, rows, slices },
    spacingMm: plan.spacingMm && [...plan.spacingMm],
    modality: image.modality,
    intensity: { ...(under.voxels > 0 ? under : all).summary(), minimum: all.minimum, maximum: all.maximum },
    complete: [...complete],
    counts,
  }
}

/** Sums over all values, percentiles over an even sample of each slice. */
class Intensities {
  voxels = 0
  finite = true
  minimum = Infinity
  maximum = -Infinity
  private sum = 0
  private squares = 0
  private readonly samples: number[] = []

  widen(values: ArrayLike<number>): void {
    for (let n = 0; n < values.length; n++) {
      const value = values[n]!
      if (!Number.isFinite(value)) this.finite = false
      if (value < this.minimum) this.minimum = value
      if (value > this.maximum) this.maximum = value
    }
  }

  add(values: ArrayLike<number>, counts: (n: number) => boolean): void {
    const chosen: number[] = []
    for (let n = 0; n < values.length; n++) if (counts(n)) chosen.push(values[n]!)
    for (const value of chosen) {
      this.sum += value
      this.squares += value * value
    }
    this.voxels += chosen.length
    const step = Math.max(1, chosen.length / SAMPLES_PER_SLICE)
    for (let at = 0; at < chosen.length; at += step) this.samples.push(chosen[Math.floor(at)]!)
  }

  summary(): Omit<Fingerprint['intensity'], 'minimum' | 'maximum'> {
    const mean = this.sum / this.voxels
    const sorted = Float64Array.from(this.samples).sort()
    return {
      voxels: this.voxels,
      mean,
      sd: Math.sqrt(Math.max(0, this.squares / this.voxels - mean * mean)),
      percentile005: percentile(sorted, 0.005),
      median: percentile(sorted, 0.5),
      percentile995: percentile(sorted, 0.995),
    }
  }
}
