#!/usr/bin/env node
// The `sagitta` command: bundles the command line when a source is newer than its bundle, then runs it.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const OUT = join(ROOT, 'out/cli')
const ENTRIES = {
  'cli.cjs': 'electron/cli/index.ts',
  'decode.cjs': 'electron/study/decode/worker.ts',
  'sample.cjs': 'electron/study/sample/worker.ts',
}
const SOURCES = ['electron', 'models', 'package-lock.json', 'tools/bundle.mjs', 'tools/externals.mjs']
const TESTS = /\.test\.ts$/

/** Folders count too: their time changes when a file in them is added or removed. */
function newestMs(path) {
  const facts = statSync(path)
  if (!facts.isDirectory()) return facts.mtimeMs
  const names = readdirSync(path).filter(name => !TESTS.test(name))
  return Math.max(facts.mtimeMs, ...names.map(name => newestMs(join(path, name))))
}

function isStale() {
  const outputs = Object.keys(ENTRIES).map(name => join(OUT, name))
  if (!outputs.every(existsSync)) return true
  // An installed app has the bundles and no sources.
  const sources = SOURCES.map(name => join(ROOT, name)).filter(existsSync)
  const builtMs = Math.min(...outputs.map(path => statSync(path).mtimeMs))
  return Math.max(...sources.map(newestMs)) > builtMs
}

if (isStale()) {
  const { bundle } = await import('../../tools/bundle.mjs')
  mkdirSync(OUT, { recursive: true })
  await bundle(Object.fromEntries(Object.entries(ENTRIES).map(([name, entry]) => [join(OUT, name), join(ROOT, entry)])))
}
const { run } = createRequire(import.meta.url)(join(OUT, 'cli.cjs'))
process.exitCode = await run(process.argv.slice(2), { root: ROOT })
