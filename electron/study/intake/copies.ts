// The same instance twice in a folder (an export beside its backup) is one slice, not a duplicate position.
import type { Instance } from '#common/dicom/instance'
import type { Skipped } from '#common/ipc/volume'

/**
 * Keeps the first of instances with one SOPInstanceUID when place and number agree as well, whatever they are compressed with; files of
 * careless writers that share a UID but are different images are all kept.
 */
export function withoutCopies(instances: readonly Instance[]): { kept: Instance[]; copies: Skipped[] } {
  const first = new Map<string, Instance>()
  const kept: Instance[] = []
  const copies: Skipped[] = []
  for (const instance of instances) {
    const key = instance.sopInstanceUid && identity(instance)
    const original = key ? first.get(key) : undefined
    if (original) copies.push({ path: instance.file, reason: `a copy of ${original.file} (same SOPInstanceUID)` })
    else kept.push(instance)
    if (key && !original) first.set(key, instance)
  }
  return { kept, copies }
}

const identity = ({ sopInstanceUid, seriesUid, instanceNumber, image }: Instance): string =>
  JSON.stringify([
    ...[sopInstanceUid, seriesUid, instanceNumber],
    ...[
      image?.layout.rows,
      image?.layout.columns,
      image?.layout.frames,
      image?.layout.samples,
      image?.layout.bitsStored,
    ],
    image?.frames[0]?.positionLps,
  ])
