// The name of a prepared case: what went in decides it, so that a changed source or mapping never meets stale data (CASES S08).
import { createHash } from 'node:crypto'
import type { ClassTable } from '#common/preprocessing/classes'
import type { Preprocessing } from '#common/ipc/training'
import type { ImageSource, TargetSource } from './sources'

/** Raised when the same input would be prepared differently than before. */
const VERSION = 1

export function cacheKey(
  image: ImageSource,
  target: { source: TargetSource; table: ClassTable } | null,
  preprocessing: Preprocessing,
): string {
  const { spacingMm, crop, clip, normalization, padding, orientation, resize } = preprocessing
  const parts = [
    VERSION,
    image.identity,
    [image.grid.size, image.grid.spacingMm, image.grid.affineLps, image.grid.orientation],
    target && [target.source.identity, target.source.complete, target.table.values],
    [
      ...[spacingMm, crop?.above ?? null, clip],
      ...('mean' in normalization ? [normalization.mean, normalization.sd] : [normalization.perImage]),
      ...[padding, orientation],
      ...(resize ? [[resize.columns, resize.rows]] : []),
    ],
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
