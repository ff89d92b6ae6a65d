// Codes, maps and pictures as files for other programs; what shows patients is written only when it was asked for, and said.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SagittaError } from '#common/errors'
import type { EXPORTS } from '#common/ipc/latent'
import { writeNpy } from '#common/latent/npy'
import { writeAtomic } from '../files/atomic'
import type { CodeSet, WorkOptions } from './codeSet'
import { contactSheet } from './pictures'
import { project, type ProjectionConfig } from './projection'

export interface ExportOptions extends WorkOptions {
  readonly folder: string
  readonly files: readonly (typeof EXPORTS)[number][]
  readonly withPictures: boolean
  /** Which images; null: all. */
  readonly indices: readonly number[] | null
  readonly projection: ProjectionConfig | null
}

export interface Exported {
  readonly files: readonly string[]
  readonly notices: readonly string[]
}

const SHEET_COLUMNS = 32
const MOST_PICTURES = 4096

/** @throws request-invalid when pictures were named without `withPictures`; disk-full, not-writable. */
export async function exportCodes(set: CodeSet, options: ExportOptions): Promise<Exported> {
  const { folder, files, withPictures, onProgress } = options
  const chosen = options.indices ?? [...set.images.items.keys()]
  if (!withPictures && files.some(file => file.startsWith('pictures')))
    throw new SagittaError(
      'request-invalid',
      'Pictures show patients and are left out of exports unless withPictures is set. Nothing was written.',
    )
  await mkdir(folder, { recursive: true })
  const written: string[] = []
  for (const [n, file] of files.entries()) {
    const path = join(folder, file)
    await writeAtomic(path, [await contentOf(file, set, chosen, options)])
    written.push(path)
    onProgress?.(n + 1, files.length)
  }
  return { files: written, notices: noticesFor(files) }
}

async function contentOf(
  file: (typeof EXPORTS)[number],
  set: CodeSet,
  chosen: readonly number[],
  options: ExportOptions,
): Promise<Uint8Array | string> {
  const { model, images } = set
  switch (file) {
    case 'codes.npy':
      return writeNpy({ shape: [chosen.length, model.units], values: rowsOf(set.codes, model.units, chosen) })
    case 'codes.csv':
      return codesTable(set, chosen, set.codes, model.units, 'z')
    case 'projection.csv': {
      const { points } = await project(set.codes, model.units, options.projection ?? { method: 'pca' }, options)
      return codesTable(set, chosen, points, 2, 'axis')
    }
    case 'pictures.png':
      return contactSheet(images.gather(chosen.slice(0, MOST_PICTURES)), images.shape, SHEET_COLUMNS)
    case 'pictures.npy':
      return writeNpy({ shape: [chosen.length, ...images.shape], values: images.gather(chosen) })
  }
}

function rowsOf(values: Float32Array, width: number, chosen: readonly number[]): Float32Array {
  const out = new Float32Array(chosen.length * width)
  chosen.forEach((n, at) => out.set(values.subarray(n * width, (n + 1) * width), at * width))
  return out
}

/** No patient ids: an item's id, its slice and label, its error, its numbers. */
export function codesTable(
  set: CodeSet,
  chosen: readonly number[],
  values: Float32Array,
  width: number,
  name: string,
): string {
  const { items, classNames } = set.images
  const head = ['id', 'slice', 'label', 'error', ...Array.from({ length: width }, (_, n) => `${name}${n + 1}`)]
  const lines = chosen.map(n => {
    const { id, place, label } = items[n]!
    const cells = [id, place?.k ?? '', label === null ? '' : (classNames[label] ?? label), set.errors[n] ?? '']
    return [...cells.map(quoted), ...values.subarray(n * width, (n + 1) * width)].join(',')
  })
  return `${[head.join(','), ...lines].join('\n')}\n`
}

/** RFC 4180. */
const quoted = (cell: string | number): string =>
  typeof cell === 'string' && /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : String(cell)

function noticesFor(files: ExportOptions['files']): string[] {
  const notices = [
    'Codes of patients’ images are patient data: with the decoder, pictures like the originals can be drawn from them.',
  ]
  if (files.some(file => file.startsWith('pictures'))) notices.push('The pictures show patients.')
  return notices
}
