// The folder of imported models: a place for each, taken out and brought back with the weights beside it.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Paths } from '../services/paths'
import { importedModels, placeForImport, removeImported, restoreImported } from './importedModels'

let paths: Paths
beforeEach(async () => {
  const userData = await mkdtemp(join(tmpdir(), 'sagitta-imported-'))
  paths = { ...{ preload: '', page: '', study: '', compute: '', training: '', resources: '', sample: '' }, userData }
})
afterEach(() => rm(paths.userData, { recursive: true }))

async function imported(file: string): Promise<string> {
  const place = await placeForImport(file, paths)
  await mkdir(dirname(place), { recursive: true })
  await writeFile(place, 'model')
  await writeFile(join(dirname(place), 'weights.bin'), file)
  return place
}

it('two imports of one file get places of their own, weights and all', async () => {
  const [first, second] = [await imported('/a/lung.onnx'), await imported('/b/lung.onnx')]
  expect(new Set(await importedModels(paths))).toEqual(new Set([first, second]))
  expect(first).not.toBe(second)
  expect(await readFile(join(dirname(first), 'weights.bin'), 'utf8')).toBe('/a/lung.onnx')
})

it('models of older versions, which lie in the folder itself, are listed and can be removed', async () => {
  const old = join(paths.userData, 'models', 'old.onnx')
  await mkdir(dirname(old))
  await writeFile(old, 'model')
  expect(await importedModels(paths)).toEqual([old])
  expect(await placeForImport('/a/old.onnx', paths)).toMatch(/old 2\.onnx$/)
  await removeImported(old, paths)
  expect(await importedModels(paths)).toEqual([])
  await restoreImported(old, paths)
  expect(await importedModels(paths)).toEqual([old])
})

it('the last one that was removed can be brought back, and no other', async () => {
  const [first, second] = [await imported('/a/lung.onnx'), await imported('/a/liver.onnx')]
  await removeImported(first, paths)
  await removeImported(second, paths)
  expect(await importedModels(paths)).toEqual([])
  await expect(restoreImported(first, paths)).rejects.toMatchObject({ code: 'not-found' })
  await restoreImported(second, paths)
  expect(await readFile(join(dirname(second), 'weights.bin'), 'utf8')).toBe('/a/liver.onnx')
})

it('nothing but an imported model is removed', async () => {
  const model = await imported('/a/lung.onnx')
  const other = join(paths.userData, 'settings.json')
  await writeFile(other, '{}')
  for (const path of [other, join(paths.userData, 'models'), join(dirname(model), 'weights.bin'), '/etc/hosts', ''])
    await expect(removeImported(path, paths)).rejects.toMatchObject({ code: 'not-found' })
  for (const path of [other, '/etc/hosts', join(paths.userData, 'models', '.removed', 'x')])
    await expect(restoreImported(path, paths)).rejects.toMatchObject({ code: 'not-found' })
  expect([model, other].every(existsSync)).toBe(true)
})
