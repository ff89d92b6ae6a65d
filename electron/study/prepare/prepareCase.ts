// A case on the network's grid, as raw files that training reads by offset: values, classes, and a header that is written last.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SagittaError, cancelled } from '#common/errors'
import { preparedHeaderSchema, type PreparedHeader } from '#common/ipc/prepare'
import type { Preprocessing } from '#common/ipc/training'
import { BodyBox, type Box } from '#common/preprocessing/box'
import { classesOf, type ClassTable } from '#common/preprocessing/classes'
import { inPlaneOf } from '#common/preprocessing/inPlane'
import { firstNotFinite, normalise, VoxelStatistics, type Intensity } from '#common/preprocessing/intensity'
import { classSlice, imageSlice, seenPart } from '#common/preprocessing/prepareSlice'
import { slicePlan, sourcesOf, type SlicePlan } from '#common/preprocessing/slicePlan'
import { cacheKey } from './cacheKey'
import { writeFileAtomic } from '../storage/atomic'
import { RawFile } from './rawFile'
import { checkSlice, checkTarget, type ImageSource, type TargetSource } from './sources'

export interface PrepareOptions {
  readonly preprocessing: Preprocessing
  /** Absent for inference. */
  readonly target?: { readonly source: TargetSource; readonly table: ClassTable }
  /** Folder of the cache; made when missing. */
  readonly folder: string
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Prepares a case, or finds it prepared.
 * @returns path of the header.
 * @throws label-values-unexpected (file and counts), not-finite (file and slice), grid-mismatch, no-geometry, cancelled, disk-full.
 */
export async function prepareCase(image: ImageSource, options: PrepareOptions): Promise<string> {
  const { target, preprocessing, folder } = options
  if (target) checkTarget(image, target.source)
  const key = cacheKey(image, target ?? null, preprocessing)
  const header = join(folder, `${key}.json`)
  if (await isPrepared(header)) return header
  await mkdir(folder, { recursive: true })
  const plan = slicePlan(image.grid, preprocessing, await cropOf(image, options))
  const values = `${key}.f32`
  const classes = `${key}.u8`
  const counts = target ? await writeClasses(join(folder, classes), image, plan, target, options) : null
  await writeValues(join(folder, values), image, plan, options)
  const content: PreparedHeader = {
    format: 1,
    key,
    image: image.name,
    modality: image.modality,
    grid: image.grid,
    preprocessing,
    box: plan.box,
    network: plan.network,
    spacingMm: plan.spacingMm && [...plan.spacingMm],
    values,
    target:
      target && counts
        ? {
            classes,
            source: target.source.name,
            table: { values: [...target.table.values] },
            weights: weightsOf(plan, target.source.complete),
            counts,
          }
        : null,
    notices: [...plan.notices],
  }
  await writeFileAtomic(header, JSON.stringify(content))
  return header
}

/** Looks at every slice: the box is the same for all, and the network must not see it move. */
async function cropOf(
  image: ImageSource,
  { preprocessing: { crop, orientation }, signal }: PrepareOptions,
): Promise<Box | undefined> {
  if (!crop) return undefined
  const [columns, rows, slices] = image.grid.size
  const body = new BodyBox(inPlaneOf(image.grid.orientation, { columns, rows }, orientation), crop.above)
  for (let k = 0; k < slices; k++) {
    if (signal?.aborted) throw cancelled('Preparing the images')
    body.add(await image.slice(k))
  }
  return body.box()
}

/** A header that can't be read is made again, not believed. */
async function isPrepared(header: string): Promise<boolean> {
  try {
    return preparedHeaderSchema.safeParse(JSON.parse(await readFile(header, 'utf8'))).success
  } catch {
    return false
  }
}

/** A resampled slice counts only when every slice it was made of was complete. */
const weightsOf = (plan: SlicePlan, complete: readonly boolean[]): number[] =>
  Array.from({ length: plan.network.slices }, (_, n) =>
    sourcesOf(plan.there.slices, n).every(({ slice }) => complete[slice]) ? 1 : 0,
  )

/** The numbers that clip and scale this image: given, or of its own voxels. */
async function intensityOf(
  image: ImageSource,
  plan: SlicePlan,
  { preprocessing: { clip, normalization }, signal }: PrepareOptions,
): Promise<Intensity> {
  if ('mean' in normalization) return { clip, normalization }
  const statistics = new VoxelStatistics()
  for (let k = 0; k < image.grid.size[2]; k++) {
    if (signal?.aborted) throw cancelled('Preparing the images')
    const seen = seenPart(plan, normalise(await image.slice(k), { clip, normalization: { mean: 0, sd: 1 } }))
    if (firstNotFinite(seen) >= 0) throw notFinite(image, k)
    statistics.add(seen)
  }
  return { clip, normalization: statistics.numbersFor(normalization.perImage) }
}

const notFinite = ({ name }: ImageSource, slice: number): SagittaError =>
  new SagittaError(
    'not-finite',
    `${name} holds a value that is no number (NaN or infinite) in slice ${slice}. Leave this image out, or export it again without such values.`,
    { file: name, slice },
  )

async function writeValues(path: string, image: ImageSource, plan: SlicePlan, options: PrepareOptions): Promise<void> {
  const { signal, onProgress } = options
  const intensity = await intensityOf(image, plan, options)
  await writeSlices(path, plan, signal, async n => {
    const read = await readAround(plan, n, k => image.slice(k))
    for (const { slice } of sourcesOf(plan.there.slices, n)) checkSlice(read(slice), image.grid, slice, image.name)
    const values = imageSlice(plan, intensity, read, n)
    if (firstNotFinite(values) >= 0) throw notFinite(image, n)
    onProgress?.(n + 1, plan.network.slices)
    return values
  })
}

/** @returns pixels per slice and class. */
async function writeClasses(
  path: string,
  image: ImageSource,
  plan: SlicePlan,
  { source, table }: NonNullable<PrepareOptions['target']>,
  { signal }: PrepareOptions,
): Promise<number[][]> {
  const counts: number[][] = []
  await writeSlices(path, plan, signal, async n => {
    const read = await readAround(plan, n, async k => {
      const labels = await source.slice(k)
      checkSlice(labels, image.grid, k, source.name)
      return classesOf(labels, table, source.name)
    })
    const classes = classSlice(plan, read, n)
    counts.push(countClasses(classes, table.values.length + 1))
    return classes
  })
  return counts
}

export function countClasses(classes: Uint8Array, length: number): number[] {
  const counts = new Array<number>(length).fill(0)
  for (const value of classes) counts[value]! += 1
  return counts
}

/** Reads the acquired slices that network slice `n` is made of. */
async function readAround<T>(plan: SlicePlan, n: number, read: (k: number) => Promise<T>): Promise<(k: number) => T> {
  const slices = new Map<number, T>()
  for (const { slice } of sourcesOf(plan.there.slices, n)) slices.set(slice, await read(slice))
  return k => slices.get(k)!
}

async function writeSlices(
  path: string,
  plan: SlicePlan,
  signal: AbortSignal | undefined,
  slice: (n: number) => Promise<Float32Array | Uint8Array>,
): Promise<void> {
  const file = await RawFile.create(path)
  try {
    for (let n = 0; n < plan.network.slices; n++) {
      if (signal?.aborted) throw cancelled('Preparing the images')
      await file.append(await slice(n))
    }
  } catch (thrown) {
    await file.discard()
    throw thrown
  }
  await file.finish()
}
