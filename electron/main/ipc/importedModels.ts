// Models taken in from elsewhere: each in a folder of its own in the app's data, together with the weights beside it.
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, parse, relative, sep } from 'node:path'
import { asSagittaError, SagittaError } from '#common/errors'
import type { Paths } from '../services/paths'

const folderOf = (paths: Paths): string => join(paths.userData, 'models')
const isModel = (name: string): boolean => name.endsWith('.onnx')
/** Holds what was removed last, so that it can be brought back. */
const REMOVED = '.removed'

export async function importedModels(paths: Paths): Promise<string[]> {
  const folder = folderOf(paths)
  const found: string[] = []
  for (const name of (await namesIn(folder)).filter(one => one !== REMOVED))
    if (isModel(name)) found.push(join(folder, name))
    else
      for (const inner of await namesIn(join(folder, name))) if (isModel(inner)) found.push(join(folder, name, inner))
  return found
}

/** A place that nothing has yet: a model that is being used is never written over, and weights of two imports never meet. */
export async function placeForImport(file: string, paths: Paths): Promise<string> {
  const folder = folderOf(paths)
  const taken = new Set(await namesIn(folder))
  const { name } = parse(file)
  for (let n = 1; ; n++) {
    const wanted = n === 1 ? name : `${name} ${n}`
    if (!taken.has(wanted) && !taken.has(`${wanted}.onnx`)) return join(folder, wanted, `${wanted}.onnx`)
  }
}

/** Out of the list, with the weights beside it; what was removed before is deleted now. @throws not-found, not-writable. */
export async function removeImported(path: string, paths: Paths): Promise<void> {
  if (!(await importedModels(paths)).includes(path)) throw noSuchModel(path)
  const { here, removed } = placesOf(path, paths)
  await moving(path, async () => {
    await rm(dirname(removed), { recursive: true, force: true })
    await mkdir(dirname(removed), { recursive: true })
    await rename(here, removed)
  })
}

/** @throws not-found when another model was removed since; not-writable. */
export async function restoreImported(path: string, paths: Paths): Promise<void> {
  const { here, removed } = placesOf(path, paths)
  if (!existsSync(removed) || existsSync(here)) throw noSuchModel(path)
  await moving(path, () => rename(removed, here))
}

/** The entry of the folder of models that a path lies in, and where it waits once it is removed. */
function placesOf(path: string, paths: Paths): { here: string; removed: string } {
  const folder = folderOf(paths)
  const [name = ''] = relative(folder, path).split(sep)
  if (name === '' || name.startsWith('.')) throw noSuchModel(path)
  return { here: join(folder, name), removed: join(folder, REMOVED, name) }
}

const noSuchModel = (path: string): SagittaError =>
  new SagittaError('not-found', `${path} is no imported model. It may have been removed before; import it again.`, {
    path,
  })

async function moving(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (thrown) {
    const { code, message } = asSagittaError(thrown)
    throw new SagittaError(
      code,
      `${path} could not be moved: ${message} It stays as it is.`,
      { path },
      { cause: thrown },
    )
  }
}

/** Empty where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOTDIR') return []
    const error = asSagittaError(thrown)
    if (error.code === 'not-found') return []
    throw error
  }
}
