// Where the worker threads of this room are: bundled beside the code that starts them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** `decode.cjs` decodes compressed frames, `sample.cjs` makes slices of the sample study. */
export type WorkerBundle = 'decode.cjs' | 'sample.cjs'

/**
 * Beside this code's bundle, or one level up when the bundler put this code into a chunk.
 * @returns null where there is none: tests run from source
 */
export function workerPath(
  bundle: WorkerBundle,
  folder: string = typeof __dirname === 'string' ? __dirname : '',
): string | null {
  if (folder === '') return null
  return [join(folder, bundle), join(folder, '..', bundle)].find(existsSync) ?? null
}
