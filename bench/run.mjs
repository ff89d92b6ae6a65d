// `npm run bench -- NAME [options]`: bundles bench/NAME.ts, runs it, prints one JSON document: medians after warm-up, for this machine only.
import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { buildIfStale } from '../tools/build.mjs'
import { bundle } from '../tools/bundle.mjs'
import { startVirtualDisplay } from '../tools/display.mjs'
import { prepare } from '../tools/e2e.mjs'
import { ROOT } from '../tools/paths.mjs'
import { sandboxArguments } from '../tools/runtime.mjs'

const OUT = join(ROOT, 'out/bench')
const names = readdirSync(import.meta.dirname)
  .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.startsWith('_'))
  .map(name => name.slice(0, -3))

const [name, ...argv] = process.argv.slice(2)
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- ${names.join('|')} [options]`)
  process.exit(2)
}

mkdirSync(OUT, { recursive: true })
const output = join(OUT, `${name}.cjs`)
await bundle({
  [output]: join(import.meta.dirname, `${name}.ts`),
  [join(OUT, 'decode.cjs')]: join(ROOT, 'electron/study/decode/worker.ts'),
})
const { main } = createRequire(import.meta.url)(output)

/** What a bench of the app needs; prepared only when it asks. */
async function launcher() {
  const { binary, version } = await prepare()
  buildIfStale()
  const display = process.platform === 'linux' ? await startVirtualDisplay() : null
  return {
    binary,
    version,
    args: [...sandboxArguments(), ROOT],
    display: display?.name ?? null,
    stop: () => display?.stop(),
  }
}

console.log = console.error // stdout is for the result
const result = await main(argv, { root: ROOT, launcher })
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
process.stdout.write(`${JSON.stringify({ bench: name, machine, ...result }, null, 2)}\n`)
process.exit(0)
