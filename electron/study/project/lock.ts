// One writer per project folder: a lock file that says who holds it, taken over only from a process that is gone.
import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { SagittaError, asSagittaError } from '#common/errors'
import { LOCK_FILE } from '#common/project/layout'
import { whileWriting } from '../storage/atomic'
import { makeFolder } from '../storage/makeFolder'
import { isAlive, processStart } from './processStart'

const holderSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** processStart of the holder; null where the system does not say. */
  started: z.string().nullable(),
  since: z.string(),
  /** Tells this lock from the next one. */
  token: z.string(),
})
type Holder = z.infer<typeof holderSchema>

/** Tokens of the locks this process holds: one that names this process but is not here was left by a release that failed. */
const held = new Set<string>()

export class FolderLock {
  private constructor(
    private readonly path: string,
    private readonly holder: Holder,
  ) {}

  /** @throws project-locked, naming the holder; not-writable, disk-full when the folder takes no file. */
  static async take(folder: string): Promise<FolderLock> {
    const path = join(folder, LOCK_FILE)
    const holder: Holder = {
      pid: process.pid,
      host: hostname(),
      started: await processStart(process.pid),
      since: new Date().toISOString(),
      token: randomBytes(12).toString('hex'),
    }
    await makeFolder(folder).catch((thrown: unknown) => Promise.reject(whileWriting(folder, thrown)))
    // Three tries: the lock may vanish or change hands between our looking and our taking.
    for (let attempt = 0; attempt < 3; attempt++) {
      if (await create(path, holder)) {
        held.add(holder.token)
        return new FolderLock(path, holder)
      }
      const found = await readHolder(path)
      if (found === 'gone') continue
      if (found && (await holds(found))) throw locked(folder, path, found)
      await moveAway(path, found)
    }
    throw locked(folder, path, null)
  }

  /** Removes the lock, unless somebody took it over. Where the file can't be removed it no longer counts as held all the same. */
  async release(): Promise<void> {
    held.delete(this.holder.token)
    const found = await readHolder(this.path)
    if (found === 'gone' || found?.token !== this.holder.token) return
    await rm(this.path, { force: true }).catch((thrown: unknown) =>
      console.error(`${this.path} could not be removed: ${asSagittaError(thrown).message}`),
    )
  }
}

/** false when there is a lock file already. */
async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(`${JSON.stringify(holder)}\n`)
    } finally {
      await file.close()
    }
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw whileWriting(path, thrown)
  }
}

/** null when the file says nothing readable: its writer died half way. */
async function readHolder(path: string): Promise<Holder | null | 'gone'> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : null
  }
}

/** On another machine nobody can look: the lock holds until a person removes it. */
async function holds({ pid, host, started, token }: Holder): Promise<boolean> {
  if (host !== hostname()) return true
  if (pid === process.pid) return held.has(token)
  if (!isAlive(pid)) return false
  const now = await processStart(pid)
  return started === null || now === null || now === started
}

/** Takes a dead lock out of the way. Should another process have put a fresh lock there meanwhile, that one goes back. */
async function moveAway(path: string, dead: Holder | null): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await rename(path, aside)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return
    throw whileWriting(path, thrown)
  }
  const moved = await readHolder(aside)
  if (moved && moved !== 'gone' && moved.token !== dead?.token) await link(aside, path)
  await rm(aside, { force: true })
}

function locked(folder: string, path: string, holder: Holder | null): SagittaError {
  const by = holder ? ` by process ${holder.pid} on ${holder.host} since ${holder.since}` : ''
  return new SagittaError(
    'project-locked',
    `${folder} is open already${by}. Close it there first. If that computer no longer runs Sagitta, delete ${path} and open the project again.`,
    { folder, lock: path, pid: holder?.pid ?? null, host: holder?.host ?? null },
  )
}
