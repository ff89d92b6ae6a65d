import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { loadJson, saveJson, saveJsonNow } from './jsonFile'

const schema = z.object({ version: z.literal(1), name: z.string() })
const usual = { version: 1 as const, name: 'usual' }

const savedNow = async (...given: Parameters<typeof saveJsonNow>): Promise<void> => saveJsonNow(...given)

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagitta-json-'))
  path = join(folder, 'thing.json')
})
afterEach(() => rm(folder, { recursive: true }))

describe('json file', () => {
  it('gives the fallback without a word when there is no file yet', async () => {
    expect(await loadJson(path, schema, usual)).toEqual({ value: usual, notice: null })
  })

  it.each([
    ['saved', saveJson],
    ['saved at once', savedNow],
  ])('gives back what was %s, and leaves no temporary file', async (_, save) => {
    await save(path, { version: 1, name: 'anna' })
    expect(await loadJson(path, schema, usual)).toEqual({ value: { version: 1, name: 'anna' }, notice: null })
    expect(await readdir(folder)).toEqual(['thing.json'])
  })

  it.each([
    ['cut off', '{"version":1,"na'],
    ['of another shape', '{"version":1,"name":7}'],
  ])('keeps a file that is %s, and says so', async (_, content) => {
    await writeFile(path, content)
    const { value, notice } = await loadJson(path, schema, usual)
    expect(value).toEqual(usual)
    const [kept] = await readdir(folder)
    expect(kept).toMatch(/^thing\.json\.unreadable-/)
    expect(notice).toContain(path)
    expect(notice).toContain(kept)
    expect(await readFile(join(folder, kept!), 'utf8')).toBe(content)
  })

  it.each([
    ['later', saveJson],
    ['at once', savedNow],
  ])('does not touch the old file when the new one cannot be written %s', async (_, save) => {
    await saveJson(path, usual)
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    await expect(save(path, cyclic)).rejects.toMatchObject({ code: 'internal' })
    expect(await readdir(folder)).toEqual(['thing.json'])
    expect((await loadJson(path, schema, usual)).value).toEqual(usual)
  })
})
