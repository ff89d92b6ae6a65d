// A model that carries its card already: Sagitta's own, or one taken in before.
import { asSagittaError } from '#common/errors'
import { readModel, type ModelFile } from '../modelFile/readModel'

/** null for a file without a card. @throws not-found, model-invalid. */
export async function ownModel(path: string): Promise<ModelFile | null> {
  try {
    return await readModel(path)
  } catch (thrown) {
    if (asSagittaError(thrown).code === 'model-incompatible') return null
    throw thrown
  }
}
