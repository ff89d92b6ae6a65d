// Models taken in from elsewhere: each in a folder of its own in the app's data, together with the weights beside it.
import { readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import { asSagittaError } from '#common/errors'
import type { Paths } from '../services/paths'

const folderOf = (paths: Paths): string => join(paths.userData, 'models')
const isModel = (name: string): boolean => name.endsWith('.onnx')

export async function importedModels(paths: Paths): Promise<string[]> {
  const folder = folderOf(paths)
  const found: string[] = []
  for (const name of await namesIn(folder))
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
