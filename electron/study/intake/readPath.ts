// One path of a scan: a file by its content, or an archive with every entry in it.
import { asSagittaError } from '#common/errors'
import { withFile } from './bytes'
import { readFileKind, type FileKind } from './header'
import type { Tally } from './tally'
import { ZipArchive } from './zip'

/** @param scratch HEAD_BYTES, overwritten */
export async function readPath(path: string, tally: Tally, scratch: Uint8Array, signal?: AbortSignal): Promise<void> {
  const kind = await guarded(() => withFile(path, file => readFileKind({ path, entry: null }, file, scratch)))
  if (kind.kind === 'zip') await readArchive(path, tally, scratch, signal)
  else tally.add({ path, entry: null }, kind)
}

async function readArchive(path: string, tally: Tally, scratch: Uint8Array, signal?: AbortSignal): Promise<void> {
  let archive: ZipArchive
  try {
    archive = await ZipArchive.open(path)
  } catch (thrown) {
    return tally.skip(path, asSagittaError(thrown).message)
  }
  try {
    for (const { path: name, reason } of archive.refused) tally.skip(name, reason)
    for (const entry of archive.names) {
      if (signal?.aborted) return
      tally.seen()
      const kind = await guarded(() => readFileKind({ path, entry }, archive.file(entry), scratch))
      tally.add({ path, entry }, insideArchive(kind))
    }
  } finally {
    archive.close()
  }
}

function insideArchive(kind: FileKind): Exclude<FileKind, { kind: 'zip' }> {
  if (kind.kind === 'zip') return { kind: 'skipped', reason: 'an archive inside an archive: unpack it first' }
  return kind
}

async function guarded(read: () => Promise<FileKind>): Promise<FileKind> {
  try {
    return await read()
  } catch (thrown) {
    return { kind: 'skipped', reason: asSagittaError(thrown).message }
  }
}
