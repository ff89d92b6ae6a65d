// DICOMDIR: the index of a CD (PS3.3 annex F, PS3.10 section 8). It names files; it is no image, and it may be wrong.
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseHeader } from '#common/dicom/parse'
import type { Attributes, Tag } from '#common/dicom/attributes'
import type { Skipped } from '#common/ipc/volume'
import { withFile } from './bytes'
import { inflateDataset } from './header'

const RECORDS: Tag = 'x00041220'
const FILE_ID: Tag = 'x00041500'

export interface DicomdirFiles {
  /** Files on disk that records name. */
  readonly found: readonly string[]
  /** Records that lead nowhere, or out of the folder of the DICOMDIR. */
  readonly lost: readonly Skipped[]
}

/**
 * Finds the files that the records of a DICOMDIR name, below its own folder: whatever the case, and with or without an extension or
 * version (`IM1` on disk may be `im1`, `IM1.dcm` or `IM1;1`).
 */
export async function readDicomdir(path: string): Promise<DicomdirFiles> {
  const bytes = await withFile(path, async file => {
    const whole = new Uint8Array(file.size)
    return whole.subarray(0, await file.readInto(whole, 0))
  })
  const { attributes } = parseHeader(bytes, inflateDataset)
  const listings = new Map<string, Promise<string[]>>()
  const found: string[] = []
  const lost: Skipped[] = []
  for (const record of attributes.sequence(RECORDS)) {
    const parts = fileId(record)
    if (parts.length === 0) continue
    const shown = `${path} -> ${parts.join('/')}`
    if (parts.some(leadsOut)) lost.push({ path: shown, reason: 'refused: it leads out of the folder of the DICOMDIR' })
    else {
      const file = await resolve(dirname(path), parts, listings)
      if (file) found.push(file)
      else lost.push({ path: shown, reason: 'listed in the DICOMDIR, but not there' })
    }
  }
  return { found, lost }
}

/** Referenced File ID: one component per value. */
const fileId = (record: Attributes): string[] => record.strings(FILE_ID).filter(part => part !== '')

const leadsOut = (part: string): boolean => part === '..' || part === '.' || /[/\\:\0]/.test(part)

async function resolve(
  folder: string,
  parts: readonly string[],
  listings: Map<string, Promise<string[]>>,
): Promise<string | null> {
  let at = folder
  for (const [index, part] of parts.entries()) {
    const names = listings.get(at) ?? readdir(at).catch(() => [])
    listings.set(at, names)
    const name = matching(await names, part, index === parts.length - 1)
    if (name === null) return null
    at = join(at, name)
  }
  return at
}

function matching(names: readonly string[], wanted: string, isFile: boolean): string | null {
  const low = wanted.toLowerCase()
  const plain = (name: string): string => name.toLowerCase().replace(/;\d+$/, '')
  return (
    names.find(name => name === wanted) ??
    names.find(name => plain(name) === low) ??
    (isFile ? names.find(name => plain(name).replace(/\.[^.]*$/, '') === low) : undefined) ??
    null
  )
}
