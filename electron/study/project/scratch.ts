// Scratch workspaces: the project folders of scans that were opened without a project. Counted and cleared.
import { existsSync } from 'node:fs'
import { mkdtemp, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { LOCK_FILE } from '#common/project/layout'
import { whileWriting } from '../storage/atomic'
import { FolderLock } from './lock'

/** A new empty folder under `root`, named by date. @throws not-writable, disk-full */
export async function makeScratchFolder(root: string): Promise<string> {
  const day = new Date().toISOString().slice(0, 10)
  try {
    await mkdir(root, { recursive: true })
    return await mkdtemp(join(root, `${day}-`))
  } catch (thrown) {
    throw whileWriting(root, thrown)
  }
}

export async function scratchUsage(root: string): Promise<{ folder: string; bytes: number; workspaces: number }> {
  const workspaces = await list(root)
  let bytes = 0
  for (const workspace of workspaces) bytes += await bytesOf(workspace)
  return { folder: root, bytes, workspaces: workspaces.length }
}

/** Deletes every workspace that no process has open. @returns the bytes freed */
export async function clearScratch(root: string, open: string | null): Promise<number> {
  let freed = 0
  for (const workspace of await list(root)) {
    if (open !== null && resolve(open) === resolve(workspace)) continue
    if (existsSync(join(workspace, LOCK_FILE)) && !(await isFree(workspace))) continue
    const bytes = await bytesOf(workspace)
    await rm(workspace, { recursive: true, force: true })
    freed += bytes
  }
  return freed
}

async function isFree(workspace: string): Promise<boolean> {
  try {
    await (await FolderLock.take(workspace)).release()
    return true
  } catch {
    return false
  }
}

async function list(root: string): Promise<string[]> {
  if (!existsSync(root)) return []
  const entries = await readdir(root, { withFileTypes: true })
  return entries.filter(entry => entry.isDirectory()).map(entry => join(root, entry.name))
}

/** Links are not followed: what they point to is not ours. */
async function bytesOf(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesOf(path)
    else if (entry.isFile()) bytes += (await stat(path)).size
  }
  return bytes
}
