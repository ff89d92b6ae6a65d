// Facts of a labelled case from which a run's settings are chosen: size, spacing, intensities under each label, labels per slice.
import { SagittaError, cancelled } from '#common/errors'
import type { Fingerprint } from '#common/ipc/prepare'
import { percentile } from '#common/metrics/percentile'
import { BodyBox, type Box } from '#common/preprocessing/box'
import { classesOf, type ClassTable } from '#common/preprocessing/classes'
import { slicePlan } from '#common/preprocessing/slicePlan'
import { countClasses } from './prepareCase'
import { checkSlice, checkTarget, type ImageSource, type TargetSource } from './sources'

/** Halfway between air and water. */
const BODY_HU = -500
/** Values kept per slice and label for percentiles: enough for three digits, little enough for memory. */
const SAMPLES_PER_SLICE = 2000

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
  const classCount = target.table.values.length + 1
  const counts: number[][] = []
  const range: [number, number] = [Infinity, -Infinity]
  const { network, spacingMm, inPlane } = slicePlan(image.grid, { spacingMm: [null, null, null] })
  const body = new BodyBox(inPlane, BODY_HU)
  const perClass = Array.from({ length: classCount }, () => new Samples())
  for (let k = 0; k < complete.length; k++) {
    if (options.signal?.aborted) throw cancelled('Looking at the images')
    const values = await image.slice(k)
    checkSlice(values, image.grid, k, image.name)
    widen(range, values, image.name, k)
    body.add(values)
    if (complete[k]) {
      const labels = await target.source.slice(k)
      checkSlice(labels, image.grid, k, target.source.name)
      const classes = classesOf(labels, target.table, target.source.name)
      counts.push(countClasses(classes, classCount))
      perClass.forEach((samples, classIndex) => samples.add(values, classes, classIndex, counts[k]![classIndex]!))
    } else counts.push(new Array<number>(classCount).fill(0))
    options.onProgress?.(k + 1, complete.length)
  }
  if (!complete.includes(true)) throw nothingComplete(image.name)
  const hasAir = image.modality === 'CT' && range[0] < BODY_HU
  return {
    size: network,
    body: hasAir ? sizeOf(body.box()) : null,
    spacingMm: spacingMm && [...spacingMm],
    modality: image.modality,
    range,
    labels: perClass.slice(1).map(samples => samples.spread()),
    complete: [...complete],
    counts,
  }
}

const sizeOf = ({ columns, rows }: Box): { columns: number; rows: number } => ({ columns, rows })

const nothingComplete = (image: string): SagittaError =>
  new SagittaError(
    'no-training-data',
    `No slice of ${image} is marked complete, so there is nothing to learn from. Draw on some slices and mark them complete.`,
    { image },
  )

/** @throws not-finite, naming image and slice (CASES T06). */
function widen(range: [number, number], values: ArrayLike<number>, name: string, k: number): void {
  for (let n = 0; n < values.length; n++) {
    const value = values[n]!
    if (!Number.isFinite(value))
      throw new SagittaError(
        'not-finite',
        `${name} holds a value that is no number (NaN or infinite) in slice ${k}. Leave this image out, or export it again without such values.`,
        { file: name, slice: k },
      )
    if (value < range[0]) range[0] = value
    if (value > range[1]) range[1] = value
  }
}

/** Intensities under one class: how many there are, and an even sample of each slice. */
class Samples {
  private voxels = 0
  private readonly values: number[] = []

  add(values: ArrayLike<number>, classes: Uint8Array, classIndex: number, count: number): void {
    const step = Math.max(1, Math.ceil(count / SAMPLES_PER_SLICE))
    let seen = 0
    for (let n = 0; n < classes.length; n++)
      if (classes[n] === classIndex && seen++ % step === 0) this.values.push(values[n]!)
    this.voxels += count
  }

  /** null when there is nothing. */
  spread(): Fingerprint['labels'][number] {
    if (this.voxels === 0) return null
    const sorted = Float64Array.from(this.values).sort()
    return {
      voxels: this.voxels,
      percentile16: percentile(sorted, 0.16),
      median: percentile(sorted, 0.5),
      percentile84: percentile(sorted, 0.84),
    }
  }
}
