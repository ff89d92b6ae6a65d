// Weights that lie in files beside a model (ONNX external data): which files, and whether they are there.
import { stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, normalize } from 'node:path'
import { asSagittaError, SagittaError } from '#common/errors'
import type { OnnxModel } from '#models/onnx/index'

/**
 * Names of the files, relative to the model's folder.
 * @throws model-invalid for a name that leads out of that folder, for a file that is missing, and for one that is too short.
 */
export async function weightsBeside(path: string, { initializers }: OnnxModel): Promise<string[]> {
  /** Bytes that each file must have. */
  const needed = new Map<string, number>()
  for (const { name, external } of initializers) {
    if (!external) continue
    const { location, offset, length } = external
    if (location === '' || isAbsolute(location) || /^\.\.([\\/]|$)/.test(normalize(location)))
      throw new SagittaError(
        'model-invalid',
        `${path} says that the weights ${name} lie in "${location}". Only files in the model's own folder are read.`,
        { path, location, tensor: name },
      )
    needed.set(location, Math.max(needed.get(location) ?? 0, offset + (length ?? 0)))
  }
  for (const [location, bytes] of needed) await check(path, location, bytes)
  return [...needed.keys()]
}

async function check(path: string, location: string, bytes: number): Promise<void> {
  const file = join(dirname(path), location)
  const size = await stat(file).then(
    found => found.size,
    (thrown: unknown) => {
      if (asSagittaError(thrown).code === 'not-found') return null
      throw asSagittaError(thrown)
    },
  )
  if (size !== null && size >= bytes) return
  const what = size === null ? 'is not there' : `has ${size} bytes instead of ${bytes}`
  throw new SagittaError(
    'model-invalid',
    `${path} keeps its weights in ${file}, which ${what}. Copy both files together.`,
    { path, weights: file },
  )
}
