// Builds out/ when a source is newer than the last build.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT, runTool, Stop } from './paths.mjs'

const SOURCES = [
  'electron',
  'renderer',
  'models',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
  'electron.vite.config.ts',
]
const STAMP = join(ROOT, 'out/.built')
const TESTS = /\.test\.ts$/

export function buildIfStale() {
  if (newestSourceMs() <= (modifiedMs(STAMP) ?? -1)) return
  build()
}

export function build() {
  const started = new Date()
  console.log('Building...')
  const vite = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) throw new Stop('The build failed. Its reason is above.')
  shipSample()
  mkdirSync(join(ROOT, 'out'), { recursive: true })
  writeFileSync(STAMP, '')
  utimesSync(STAMP, started, started)
  console.log(`Built in ${((Date.now() - started.getTime()) / 1000).toFixed(1)} s.`)
}

/** The sample's first patient lies beside the bundles: the app copies it, and its first slice need not wait for the others. */
function shipSample() {
  const command = ['sample', '--out', join(ROOT, 'out/sample'), '--patient', 'PH-0001', '--json']
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'electron/cli/bin.mjs'), ...command], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Stop(`The sample study could not be made.\n${stderr}`)
}

/** Folders count too: their time changes when a file in them is added or removed. */
function newestSourceMs() {
  let newest = 0
  const visit = path => {
    const facts = statSync(path)
    newest = Math.max(newest, facts.mtimeMs)
    if (!facts.isDirectory()) return
    for (const name of readdirSync(path)) if (!TESTS.test(name)) visit(join(path, name))
  }
  for (const source of SOURCES) visit(join(ROOT, source))
  return newest
}

const modifiedMs = path => statSync(path, { throwIfNoEntry: false })?.mtimeMs

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runTool(async () => {
    build()
    return 0
  })
}
