// Writing a model, with the file beside it where its weights need one: there is always a whole model, the earlier or the new one.
import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { OnnxFiles, WeightsBeside } from '#models/onnx/index'
import { writeAtomic } from './atomic'

/**
 * Writes what `build` exports to `path`. Weights that one file cannot hold go first, under a name of their own that only the new model
 * knows: no two renames have to agree. Weights of earlier models are removed last.
 * @param above bytes of weights from which on they go beside the model; absent: those that one file cannot hold.
 * @throws disk-full, not-writable: the earlier model still holds.
 */
export async function writeModelFiles(
  path: string,
  build: (beside: WeightsBeside) => OnnxFiles,
  above?: number,
): Promise<void> {
  const location = `${basename(path)}.${randomBytes(4).toString('hex')}${WEIGHTS}`
  const { model, external } = build({ location, above })
  if (external.length > 0) await writeAtomic(join(dirname(path), location), padded(external))
  await writeAtomic(path, [model])
  await removeEarlier(path, external.length > 0 ? location : null)
}

const WEIGHTS = '.weights'

/** Each tensor at its offset, zeros between them. */
function* padded(external: OnnxFiles['external']): Generator<Uint8Array> {
  let at = 0
  for (const { offset, data } of external) {
    if (offset > at) yield new Uint8Array(offset - at)
    yield data
    at = offset + data.byteLength
  }
}

async function removeEarlier(path: string, kept: string | null): Promise<void> {
  const names = await readdir(dirname(path))
  const own = names.filter(name => name.startsWith(`${basename(path)}.`) && name.endsWith(WEIGHTS) && name !== kept)
  for (const name of own) await rm(join(dirname(path), name), { force: true })
}
