// `npm run reproduce -- NAME`: bundles reproduce/NAME.ts, runs it (or goes on with it) in artifacts/reproduce, and writes its row into docs/results.md.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../tools/bundle.mjs'
import { ROOT } from '../tools/paths.mjs'

const names = readdirSync(import.meta.dirname)
  .filter(name => name.endsWith('.ts') && !name.startsWith('_'))
  .map(name => name.slice(0, -3))

const [name, ...argv] = process.argv.slice(2)
if (!names.includes(name)) {
  console.error(`Usage: npm run reproduce -- ${names.join('|')}`)
  process.exit(2)
}

const runs = join(ROOT, 'artifacts/reproduce', name)
mkdirSync(runs, { recursive: true })
const output = join(ROOT, 'artifacts/reproduce', `${name}.cjs`)
await bundle({ [output]: join(import.meta.dirname, `${name}.ts`) })

const abort = new AbortController()
process.once('SIGINT', () => abort.abort())
const loadBefore = loadavg()[1]
const { main } = createRequire(import.meta.url)(output)
const { rows, details } = await main({ root: ROOT, runs, argv, signal: abort.signal, log: line => console.error(line) })
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: [loadBefore, loadavg()[1]] }
writeFileSync(join(runs, 'result.json'), JSON.stringify({ name, machine, rows, details }, null, 1))
writeRows(rows)
process.stdout.write(`${JSON.stringify({ reproduce: name, machine, rows, details }, null, 2)}\n`)
process.exit(0)

/** The page is kept by hand but for its table, whose rows begin with the name of what was run. */
function writeRows(rows) {
  const path = join(ROOT, 'docs/results.md')
  if (!existsSync(path)) throw new Error(`${path} is missing`)
  const load = `load ${machine.load.map(value => value.toFixed(1)).join(' to ')} on ${machine.cores} cores`
  let text = readFileSync(path, 'utf8')
  for (const { row, reach, found, seconds } of rows) {
    const line = `| ${row} | ${reach} | ${found} | ${Math.round(seconds)} s, ${load} |`
    const old = text.split('\n').find(candidate => candidate.startsWith(`| ${row} |`))
    text = old === undefined ? text.replace('<!-- rows -->', `${line}\n<!-- rows -->`) : text.replace(old, line)
  }
  writeFileSync(path, text)
}
