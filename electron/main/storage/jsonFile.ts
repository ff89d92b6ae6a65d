// One small JSON file of the app: checked on reading, replaced as a whole on writing, kept aside when it can't be read.
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { z } from 'zod'
import { asSagittaError } from '#common/errors'

export interface Loaded<T> {
  value: T
  /** What went wrong and where the unreadable file is now; null when all is well or there was no file yet. */
  notice: string | null
}

/**
 * Reads and checks the file. Without a file the fallback is right; with an unreadable one it is used too, but said, and the
 * file stays beside it under another name: nothing a person wrote is lost.
 */
export async function loadJson<T extends z.ZodType>(
  path: string,
  schema: T,
  fallback: z.output<T>,
): Promise<Loaded<z.output<T>>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (thrown) {
    const error = asSagittaError(thrown)
    if (error.code === 'not-found') return { value: fallback, notice: null }
    return { value: fallback, notice: `${error.message} The usual values are used until it can be read.` }
  }
  try {
    return { value: schema.parse(JSON.parse(text)), notice: null }
  } catch (thrown) {
    const aside = asideName(path, new Date())
    await rename(path, aside)
    return {
      value: fallback,
      notice:
        `${path} does not hold what Sagitta writes there (${firstLine(thrown)}). ` +
        `It was kept as ${basename(aside)}; the usual values are used.`,
    }
  }
}

/** Temporary file, fsync, rename: after a crash either the old or the new content is there. Errors: not-writable, disk-full. */
export async function saveJson(path: string, value: unknown): Promise<void> {
  const temporary = temporaryBeside(path)
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(textOf(value))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw asSagittaError(thrown)
  }
}

/** The same at once, for the moment when the app ends and nobody waits for a promise. */
export function saveJsonNow(path: string, value: unknown): void {
  const temporary = temporaryBeside(path)
  try {
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(temporary, 'wx')
    try {
      writeFileSync(file, textOf(value))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw asSagittaError(thrown)
  }
}

const temporaryBeside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`)

const textOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const asideName = (path: string, at: Date): string => `${path}.unreadable-${at.toISOString().replace(/[:.]/g, '-')}`

const firstLine = (thrown: unknown): string => {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  const issue = /"message": "([^"]*)"/.exec(text)
  return issue?.[1] ?? text.split('\n')[0] ?? ''
}
