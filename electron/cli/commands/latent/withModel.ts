// Runs a latent command on an open model, and closes everything afterwards.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LatentStudio, type LatentModel } from '#compute/index'

export interface Opened {
  readonly studio: LatentStudio
  readonly model: LatentModel
  /** For prepared volumes; removed at the end. */
  readonly cache: string
}

/** @throws not-found, model-invalid, model-incompatible, and what `work` throws. */
export async function withModel<T>(path: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  const studio = new LatentStudio()
  const cache = await mkdtemp(join(tmpdir(), 'sagitta-latent-'))
  try {
    return await work({ studio, model: await studio.model(resolve(path)), cache })
  } finally {
    await studio.release()
    await rm(cache, { recursive: true, force: true })
  }
}
