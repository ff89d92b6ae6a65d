// Codes read from, and pictures and codes written to, NPY, PNG and CSV files, by the ending of their names.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import { readNpy, writeNpy } from '#common/latent/npy'
import { contactSheet, type LatentModel } from '#compute/index'
import { writeFileAtomic } from '#study/index'
import { UsageError, type CommandIo } from '../../command'

/** [n, units] of a NPY file. @throws shape-mismatch when they are codes of another length; what reading throws. */
export async function readCodes(path: string, model: LatentModel): Promise<Float32Array> {
  const { shape, values } = readNpy(await readFile(path), path)
  const units = shape.at(-1)
  if (shape.length > 2 || units !== model.units)
    throw new SagittaError(
      'shape-mismatch',
      `${path} has shape ${shape.join(' x ')}; the code of ${model.facts.name} has ${model.units} units. Are these codes of another model?`,
      { path, shape: [...shape], units: model.units },
    )
  return Float32Array.from(values)
}

export const rowAt = (codes: Float32Array, units: number, n: number, path: string): Float32Array => {
  const count = codes.length / units
  if (n < count) return codes.slice(n * units, (n + 1) * units)
  throw new UsageError(`${path} has ${count} codes, so there is no number ${n}.`)
}

const PATIENTS =
  'Pictures and codes of patients’ images are patient data; a decoder can draw images like those it was trained on.'

/** PNG (side by side) or NPY [n, ...shape]. @throws usage for other endings */
export async function writePictures(
  out: string,
  pictures: Float32Array,
  shape: readonly number[],
  columns: number,
  io: CommandIo,
): Promise<string> {
  const path = resolve(out)
  const count = pictures.length / shape.reduce((a, b) => a * b, 1)
  if (/\.png$/i.test(path)) await writeFileAtomic(path, contactSheet(pictures, shape, columns))
  else if (/\.npy$/i.test(path)) await writeFileAtomic(path, writeNpy({ shape: [count, ...shape], values: pictures }))
  else throw new UsageError(`${out}: pictures are written as .png or .npy.`)
  io.log(PATIENTS)
  io.print(path)
  return path
}

export async function writeCodes(out: string, codes: Float32Array, units: number, io: CommandIo): Promise<string> {
  const path = resolve(out)
  if (!/\.npy$/i.test(path)) throw new UsageError(`${out}: codes are written as .npy.`)
  await writeFileAtomic(path, writeNpy({ shape: [codes.length / units, units], values: codes }))
  io.log(PATIENTS)
  io.print(path)
  return path
}

export async function writeText(out: string, text: string, io: CommandIo): Promise<string> {
  const path = resolve(out)
  await writeFileAtomic(path, text)
  io.print(path)
  return path
}
