// `npm test [-- suite...]`: every suite, one line each, then "N passed, N failed" over all of them.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { prepare, runE2e } from './e2e.mjs'
import { ROOT, runTool, Stop } from './paths.mjs'

const REPORTS = join(ROOT, 'artifacts/test')
const CORPUS = join(ROOT, '../shared')

/** Name -> how to run it into a report file; a string says why it is left out here. */
const SUITES = {
  unit: { run: vitest },
  service: { run: vitest },
  corpus: {
    run: vitest,
    leftOut: () => (existsSync(CORPUS) ? null : `the real scans (${CORPUS}) are not on this machine`),
  },
  e2e: { run: playwright },
}

async function main() {
  const wanted = process.argv.slice(2)
  const unknown = wanted.find(name => !(name in SUITES))
  if (unknown !== undefined)
    throw new Stop(`There is no suite "${unknown}". The suites are ${Object.keys(SUITES).join(', ')}.`)
  const names = wanted.length > 0 ? wanted : Object.keys(SUITES)

  rmSync(REPORTS, { recursive: true, force: true })
  mkdirSync(REPORTS, { recursive: true })
  const runtime = await prepare()

  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const name of names) {
    const why = SUITES[name].leftOut?.() ?? null
    if (why !== null) {
      console.log(`${name}: LEFT OUT, ${why}`)
      continue
    }
    const result = await runSuite(name, runtime)
    for (const key of Object.keys(total)) total[key] += result[key]
  }
  console.log(summary(total))
  return total.failed === 0 && total.passed > 0 ? 0 : 1
}

async function runSuite(name, runtime) {
  const started = Date.now()
  const log = join(REPORTS, `${name}.log`)
  const output = createWriteStream(log)
  await once(output, 'open')
  const report = join(REPORTS, `${name}.json`)
  const { code, counts } = await SUITES[name].run({ name, report, output, runtime })
  // A suite that died, or that failed outside a test, has failed: never fewer than one.
  const result = { ...counts, failed: Math.max(counts.failed, code === 0 ? 0 : 1) }
  if (result.failed > 0) console.log(readFileSync(log, 'utf8'))
  console.log(`${name}: ${summary(result)} in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  return result
}

const summary = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

async function vitest({ name, report, output }) {
  const cli = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const args = ['run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(process.execPath, [cli, ...args], { cwd: ROOT, stdio: ['ignore', output, output] })
  const [code] = await once(child, 'exit')
  return {
    code,
    counts: readReport(report, json => ({
      passed: json.numPassedTests,
      failed: json.numFailedTests,
      skipped: json.numPendingTests + json.numTodoTests,
    })),
  }
}

async function playwright({ report, output, runtime }) {
  const code = await runE2e(runtime, ['--reporter=list,json'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    stdio: ['ignore', output, output],
  })
  return {
    code,
    counts: readReport(report, ({ stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
    })),
  }
}

/** No report: the runner died before writing one; its exit code says so. */
const readReport = (path, counts) =>
  existsSync(path) ? counts(JSON.parse(readFileSync(path, 'utf8'))) : { passed: 0, failed: 0, skipped: 0 }

await runTool(main)
