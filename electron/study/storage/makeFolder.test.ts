import { mkdtemp, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder } from './makeFolder'

it('makes a folder with those above it, and leaves one that is there', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sagitta-folder-'))
  const deep = join(root, 'a', 'b', 'c')
  await makeFolder(deep)
  await makeFolder(deep)
  expect((await stat(deep)).isDirectory()).toBe(true)
})

it('fails at once where a file stands in the way', async () => {
  const root = await mkdtemp(join(tmpdir(), 'sagitta-folder-'))
  await writeFile(join(root, 'file'), '')
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(makeFolder(join(root, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

it.runIf(process.platform === 'linux')('fails at once, not never, where a folder takes no entries', async () => {
  await expect(makeFolder('/proc/nowhere/project')).rejects.toMatchObject({ code: 'ENOENT' })
})
