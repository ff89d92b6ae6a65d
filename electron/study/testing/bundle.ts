// For tests that need a real process: a TypeScript entry as one CommonJS file that Node can run.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const ROOT = resolve(import.meta.dirname, '../../..')

/** @returns path of the bundle; packages are found in the repository's node_modules */
export function bundle(entry: string): string {
  const folder = join(ROOT, 'node_modules/.cache/sagitta-test')
  mkdirSync(folder, { recursive: true })
  const output = join(folder, `${basename(entry, '.ts')}.${process.pid}.cjs`)
  const bundler = JSON.stringify(pathToFileURL(join(ROOT, 'tools/bundle.mjs')).href)
  const script = `import(${bundler}).then(({ bundle }) => bundle(${JSON.stringify({ [output]: entry })}))`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${entry} could not be bundled: ${stderr}`)
  return output
}
