// Every file below some paths: folders recursively, links followed once, in an order that does not depend on the disk.
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { asSagittaError } from '#common/errors'
import type { Skipped } from '#common/ipc/volume'

/** A file to look at, or something that can't be and why. */
export type Found =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'skipped'; readonly skipped: Skipped }

/**
 * Walks paths depth first, names sorted. A folder reached twice (a link to a parent, two links to one folder) is walked once.
 * @throws not-found or not-readable when one of `paths` itself cannot be used; problems further down are reported as skipped.
 */
export async function* walk(paths: readonly string[]): AsyncGenerator<Found> {
  const seen = new Set<string>()
  for (const path of paths) {
    let isFolder: boolean
    try {
      isFolder = (await stat(path)).isDirectory()
    } catch (thrown) {
      throw asSagittaError(thrown)
    }
    if (isFolder) yield* walkFolder(path, seen)
    else yield* once(path, seen)
  }
}

async function* once(path: string, seen: Set<string>): AsyncGenerator<Found> {
  const real = await realpath(path)
  if (seen.has(real)) return
  seen.add(real)
  yield { kind: 'file', path }
}

async function* walkFolder(folder: string, seen: Set<string>): AsyncGenerator<Found> {
  try {
    const real = await realpath(folder)
    if (seen.has(real)) return
    seen.add(real)
    const entries = await readdir(folder, { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) yield* walkFolder(path, seen)
      else if (entry.isFile()) yield { kind: 'file', path }
      else if (entry.isSymbolicLink()) yield* walkLink(path, seen)
      else yield skip(path, 'neither a file nor a folder')
    }
  } catch (thrown) {
    yield skip(folder, `the folder cannot be read: ${asSagittaError(thrown).message}`)
  }
}

async function* walkLink(path: string, seen: Set<string>): AsyncGenerator<Found> {
  let isFolder: boolean
  try {
    isFolder = (await stat(path)).isDirectory()
  } catch {
    yield skip(path, 'a link that leads nowhere or back to itself')
    return
  }
  if (isFolder) yield* walkFolder(path, seen)
  else yield* once(path, seen)
}

const skip = (path: string, reason: string): Found => ({ kind: 'skipped', skipped: { path, reason } })
