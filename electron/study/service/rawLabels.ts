// Label maps as compute processes leave them: uint16, slice after slice (engine.ts `rawLabelsSchema`).
import { open } from 'node:fs/promises'
import { SagittaError, asSagittaError } from '#common/errors'

/** uint16 little endian, as every machine we run on has it. @throws truncated when it has another length */
export async function readRawLabels(path: string, voxels: number): Promise<Uint16Array> {
  try {
    const file = await open(path, 'r')
    try {
      const bytes = new Uint8Array(await file.readFile())
      if (bytes.length !== 2 * voxels)
        throw new SagittaError(
          'truncated',
          `${path} has ${bytes.length} bytes where ${2 * voxels} are needed for ${voxels} voxels.`,
          { path },
        )
      return new Uint16Array(bytes.buffer, bytes.byteOffset, voxels)
    } finally {
      await file.close()
    }
  } catch (thrown) {
    throw asSagittaError(thrown)
  }
}
