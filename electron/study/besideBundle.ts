// What the build puts beside the code of this room: its worker threads, and the part of the sample study that comes with the app.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** `decode.cjs` decodes compressed frames, `sample.cjs` makes slices of the sample study. */
export type WorkerBundle = 'decode.cjs' | 'sample.cjs'

/** Folder of this code's bundle; empty where code runs from source. */
const HERE = typeof __dirname === 'string' ? __dirname : ''

/**
 * Beside this code's bundle, or one level up when the bundler put this code into a chunk.
 * @returns null where there is none: tests run from source
 */
export function workerPath(bundle: WorkerBundle, folder: string = HERE): string | null {
  return folder === '' ? null : firstThere([join(folder, bundle), join(folder, '..', bundle)])
}

/** A folder of `out/`, where the bundles' own folders lie (`out/main`, `out/cli`). @returns null where nothing was built */
export function besideBundles(name: string, folder: string = HERE): string | null {
  return folder === '' ? null : firstThere([join(folder, '..', name), join(folder, '../..', name)])
}

const firstThere = (paths: readonly string[]): string | null => paths.find(existsSync) ?? null
