// Every file below some paths: folders recursively, links followed once, in an order that does not depend on the disk.
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { asSagittaError } from '#common/errors'
import type { Skipped } from '#common/ipc/volume'

/** A file to look at, or something that can't be and why. */
export type Found =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'skipped'; readonly skipped: Skipped }

/** What is remembered on the way: the folder the walk may not leave, and the real paths it has been to. */
interface Walk {
  readonly root: string
  readonly seen: Set<string>
}

/**
 * Walks paths depth first, names sorted. A folder reached twice (a link to a parent, two links to one folder) is walked once; links
 * that lead out of the path they were found under are refused.
 * @throws not-found or not-readable when one of `paths` itself cannot be used; problems further down are reported as skipped.
 */
export async function* walk(paths: readonly string[]): AsyncGenerator<Found> {
  const seen = new Set<string>()
  for (const path of paths) {
    let isFolder: boolean
    let root: string
    try {
      isFolder = (await stat(path)).isDirectory()
      root = await realpath(path)
    } catch (thrown) {
      throw asSagittaError(thrown)
    }
    if (isFolder) yield* walkFolder(path, { root, seen })
    else yield* once(path, root, seen)
  }
}

function* once(path: string, real: string, seen: Set<string>): Generator<Found> {
  if (seen.has(real)) return
  seen.add(real)
  yield { kind: 'file', path }
}

async function* walkFolder(folder: string, walking: Walk): AsyncGenerator<Found> {
  try {
    const real = await realpath(folder)
    if (walking.seen.has(real)) return
    walking.seen.add(real)
    const entries = await readdir(folder, { withFileTypes: true })
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) yield* walkFolder(path, walking)
      else if (entry.isFile()) yield { kind: 'file', path }
      else if (entry.isSymbolicLink()) yield* walkLink(path, walking)
      else yield skip(path, 'neither a file nor a folder')
    }
  } catch (thrown) {
    yield skip(folder, `the folder cannot be read: ${asSagittaError(thrown).message}`)
  }
}

async function* walkLink(path: string, walking: Walk): AsyncGenerator<Found> {
  let isFolder: boolean
  let real: string
  try {
    isFolder = (await stat(path)).isDirectory()
    real = await realpath(path)
  } catch {
    yield skip(path, 'a link that leads nowhere or back to itself')
    return
  }
  const inside = real === walking.root || real.startsWith(walking.root + sep)
  if (!inside) yield skip(path, 'refused: a link that leads out of the folder')
  else if (isFolder) yield* walkFolder(path, walking)
  else yield* once(path, real, walking.seen)
}

const skip = (path: string, reason: string): Found => ({ kind: 'skipped', skipped: { path, reason } })
