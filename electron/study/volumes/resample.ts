// An evenly spaced copy of a loaded volume, made only when somebody asks for it: linear for measurements, and what was not measured is counted.
import { cancelled, SagittaError } from '#common/errors'
import { planRegrid, type Regrid, type SliceStack } from '#common/geometry/regrid'
import { linearSlice, nearestSlice } from '#common/geometry/regridSlice'
import type { Grid, Vec3 } from '#common/geometry/types'
import type { VolumeInfo } from '#common/ipc/volume'
import type { VolumeSource } from '../intake/types'
import type { Values } from './values'
import { positionsOf, type Volume } from './volume'

export interface ResampleOptions {
  /** Columns, rows, slices; null keeps the scan's pixel spacing and its usual step. */
  readonly spacingMm?: Vec3 | null
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

export interface Resampled {
  readonly grid: Grid
  /** Of the type of the volume; whole numbers stay whole, rounded to the nearest. */
  readonly data: Values
  readonly facts: ResampleFacts
}

/** What a reader of the copy has to know. */
export interface ResampleFacts {
  /** New slices inside a hole of the scan, 0-based: blended from both sides of it, nobody measured there. */
  readonly inHoles: readonly number[]
  /** Voxels that no scanned slice covers (corners of a tilted stack), and the value they were given: the lowest there is. */
  readonly outsideVoxels: number
  readonly outsideValue: number
}

/** @throws no-geometry, unsupported-format */
export function planOf(source: VolumeSource, spacingMm: Vec3 | null = null): Regrid {
  return planRegrid(stackOf(source.info, positionsOf(source)), spacingMm)
}

function stackOf(info: VolumeInfo, positionsLps: readonly Vec3[] | null): SliceStack {
  if (info.samples !== 1)
    throw new SagittaError(
      'unsupported-format',
      'Colour images are not resampled: values between colours mean nothing.',
      {
        volumeId: info.id,
      },
    )
  return { size: info.size, spacingMm: info.spacingMm, orientation: info.orientation, positionsLps }
}

/** @throws no-geometry, unsupported-format, cancelled */
export async function resampleVolume(volume: Volume, options: ResampleOptions = {}): Promise<Resampled> {
  const { info, data, positionsLps } = volume
  const stack = stackOf(info, positionsLps)
  const plan = planRegrid(stack, options.spacingMm)
  const [columns, rows, slices] = plan.grid.size
  const outsideValue = info.valueRange?.[0] ?? 0
  const out = emptyLike(data, columns * rows * slices)
  const slice = new Float32Array(columns * rows)
  let outsideVoxels = 0
  for (let n = 0; n < slices; n++) {
    if (options.signal?.aborted) throw cancelled('Resampling')
    outsideVoxels += linearSlice(plan, { stack, data, outside: outsideValue }, n, slice)
    if (!(out instanceof Float32Array)) for (let v = 0; v < slice.length; v++) slice[v] = Math.round(slice[v]!)
    out.set(slice, n * slice.length)
    options.onProgress?.(n + 1, slices)
    // Other requests are answered between slices.
    await new Promise(resolve => setImmediate(resolve))
  }
  return { grid: plan.grid, data: out, facts: { inHoles: plan.inHoles, outsideVoxels, outsideValue } }
}

function emptyLike(data: Values, length: number): Values {
  if (data instanceof Uint8Array) return new Uint8Array(length)
  return data instanceof Int16Array ? new Int16Array(length) : new Float32Array(length)
}

/**
 * A label map drawn on the volume, on the new grid: by the nearest voxel, so that no label comes out that was not drawn; background where
 * no slice covers.
 * @throws no-geometry
 */
export function resampleLabels(
  { info, positionsLps }: Pick<Volume, 'info' | 'positionsLps'>,
  labels: Uint16Array,
  spacingMm: Vec3 | null = null,
): Uint16Array {
  const stack = stackOf(info, positionsLps)
  const plan = planRegrid(stack, spacingMm)
  const perSlice = plan.grid.size[0] * plan.grid.size[1]
  const out = new Uint16Array(perSlice * plan.grid.size[2])
  for (let n = 0; n < plan.grid.size[2]; n++)
    nearestSlice(plan, { stack, data: labels, outside: 0 }, n, out.subarray(n * perSlice, (n + 1) * perSlice))
  return out
}
