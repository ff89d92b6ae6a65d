// Loading: a volume's slices from disk into one array, allocated once; or a single slice without the rest.
import { asSagittaError, cancelled, SagittaError } from '#common/errors'
import type { SliceData, VolumeInfo } from '#common/ipc/volume'
import { openSession } from '../decode/session'
import type { DicomVolumeSource, VolumeSource } from '../intake/types'
import { loadImageVolume } from '../images/imageVolume'
import { loadNiftiVolume } from '../images/niftiVolume'
import { withoutSlices } from './exclude'
import { planOutput, valuesPerSlice, volumeBytes, type OutputKind } from './output'
import { sliceInto } from './slice'
import { unite, type ValueRange, type Values } from './values'
import { positionsOf, sliceData, volumeOf, type LoadOptions, type Volume } from './volume'

export type { LoadOptions, Volume }

/** Slices read at the same time: enough to keep two cores and a disk busy. */
const PARALLEL = 4

/**
 * @throws volume-too-large (with the numbers), cancelled; truncated, decode-failed or unsupported-transfer-syntax when no slice at all
 * can be read
 */
export async function loadVolume(source: VolumeSource, options: LoadOptions = {}): Promise<Volume> {
  const bytes = volumeBytes(source)
  if (options.budgetBytes !== undefined && bytes > options.budgetBytes)
    throw tooLarge(source.info, bytes, options.budgetBytes)
  if (source.format === 'nifti') return loadNiftiVolume(source, options)
  if (source.format === 'image') return loadImageVolume(source, options)
  const plan = planOutput(source)
  const loaded = await loadAs(source, plan.kind, plan.certain, options)
  const fitting = loaded ?? (await loadAs(source, 'float32', true, options))
  if (!fitting)
    throw new SagittaError('internal', 'float32 did not hold the values of a volume.', { volume: source.info.id })
  return fitting
}

/** One slice without loading the volume: thumbnails, the first look, paging through a volume beyond the budget. */
export async function loadSlice(source: VolumeSource, k: number): Promise<SliceData> {
  if (source.format !== 'dicom') return (await loadVolume(source)).slice(k)
  const slice = source.slices[k]
  if (!slice)
    throw new SagittaError(
      'request-invalid',
      `The volume has ${source.slices.length} slices; there is none with index ${k}.`,
    )
  const one: DicomVolumeSource = { ...source, slices: [slice] }
  const { kind, certain } = planOutput(one)
  const session = openSession()
  const read = async (as: OutputKind): Promise<{ values: Values; range: ValueRange }> => {
    const values = allocate(as, valuesPerSlice(source))
    return { values, range: await sliceInto(slice, values, source.info, session) }
  }
  try {
    const first = await read(kind)
    const { values } = certain || fits(first.range) ? first : await read('float32')
    return sliceData(source.info, values)
  } finally {
    await session.close()
  }
}

const fits = (range: ValueRange): boolean => range === null || (range[0] >= -32768 && range[1] <= 32767)

/** Null when `kind` turned out too small for the values. */
async function loadAs(
  source: DicomVolumeSource,
  kind: OutputKind,
  certain: boolean,
  options: LoadOptions,
): Promise<Volume | null> {
  const { slices, info } = source
  const perSlice = valuesPerSlice(source)
  const data = allocate(kind, perSlice * slices.length)
  const session = openSession()
  const failures = new Map<number, SagittaError>()
  const order = sliceOrder(slices.length, options.firstSlice)
  let range: ValueRange = null
  let done = 0
  let overflow = false
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < order.length && !overflow) {
      if (options.signal?.aborted) throw cancelled('Loading')
      const k = order[next++]!
      const out = data.subarray(k * perSlice, (k + 1) * perSlice)
      try {
        const own = await sliceInto(slices[k]!, out, info, session)
        if (!certain && !fits(own)) overflow = true
        range = unite(range, own)
        options.onSlice?.(k, () => sliceData(info, out.slice()))
      } catch (thrown) {
        failures.set(k, asSagittaError(thrown))
      }
      options.onProgress?.(++done, order.length)
    }
  }
  try {
    await Promise.all(Array.from({ length: PARALLEL }, worker))
  } finally {
    await session.close()
  }
  return overflow ? null : finished(source, data, range, failures)
}

function finished(
  source: DicomVolumeSource,
  data: Values,
  range: ValueRange,
  failures: ReadonlyMap<number, SagittaError>,
): Volume {
  const [firstFailure] = failures.values()
  if (firstFailure && failures.size === source.slices.length) throw firstFailure
  const perSlice = valuesPerSlice(source)
  const kept = failures.size === 0 ? source : withoutSlices(source, failures)
  const values = failures.size === 0 ? data : compacted(data, perSlice, source.slices.length, failures)
  return volumeOf({ ...kept.info, valueRange: range && [range[0], range[1]] }, values, positionsOf(kept))
}

/** Moves the slices after a failed one down over it. */
function compacted(data: Values, perSlice: number, count: number, failures: ReadonlyMap<number, SagittaError>): Values {
  let to = 0
  for (let k = 0; k < count; k++) {
    if (failures.has(k)) continue
    data.copyWithin(to * perSlice, k * perSlice, (k + 1) * perSlice)
    to++
  }
  return data.subarray(0, to * perSlice)
}

function allocate(kind: OutputKind, length: number): Values {
  if (kind === 'uint8') return new Uint8Array(length)
  return kind === 'int16' ? new Int16Array(length) : new Float32Array(length)
}

/** The wanted slice first, then its neighbours outward: what the user is about to scroll to. */
export function sliceOrder(count: number, first = 0): number[] {
  const start = Math.min(Math.max(Math.trunc(first), 0), Math.max(0, count - 1))
  return Array.from({ length: count }, (_, k) => k).sort((a, b) => Math.abs(a - start) - Math.abs(b - start) || a - b)
}

function tooLarge(info: VolumeInfo, bytes: number, budgetBytes: number): SagittaError {
  const mb = (value: number): number => Math.ceil(value / 2 ** 20)
  return new SagittaError(
    'volume-too-large',
    `This volume of ${info.size.join(' x ')} voxels takes ${mb(bytes)} MB; the limit is ${mb(budgetBytes)} MB. ` +
      'View it slice by slice, or raise the limit in the settings.',
    { bytes, budgetBytes, size: info.size },
  )
}
