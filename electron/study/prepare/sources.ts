// What preparing needs to know of an image and of its target map, wherever the two come from.
import { SagittaError } from '#common/errors'
import type { Grid } from '#common/geometry/types'

export interface ImageSource {
  /** File or folder, for messages. */
  readonly name: string
  /** Changes when the voxels may have changed: goes into the cache key. */
  readonly identity: string
  readonly modality: string
  readonly grid: Grid
  /** Real values (HU for CT) of slice k as acquired, row-major; colour already reduced to grey. */
  slice(k: number): Promise<ArrayLike<number>>
}

/** A target map on the image's grid. */
export interface TargetSource {
  readonly name: string
  readonly identity: string
  /** Per slice: whether somebody said that it is complete (DESIGN §4). */
  readonly complete: readonly boolean[]
  /** Label values of slice k as acquired, row-major. */
  slice(k: number): Promise<ArrayLike<number>>
}

/** @throws grid-mismatch when the target map has another number of slices than the image. */
export function checkTarget(image: ImageSource, target: TargetSource): void {
  const [, , slices] = image.grid.size
  if (target.complete.length !== slices)
    throw new SagittaError(
      'grid-mismatch',
      `${target.name} has ${target.complete.length} slices, ${image.name} has ${slices}. Labels must lie on the grid of their image.`,
      { labels: target.name, image: image.name },
    )
}

/** @throws grid-mismatch when a slice has another number of pixels than the image's grid says. */
export function checkSlice(values: ArrayLike<number>, grid: Grid, k: number, name: string): void {
  const [columns, rows] = grid.size
  if (values.length !== columns * rows)
    throw new SagittaError(
      'grid-mismatch',
      `Slice ${k} of ${name} has ${values.length} pixels; its grid is ${columns} x ${rows}.`,
      { file: name, slice: k },
    )
}
