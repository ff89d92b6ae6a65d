// `npm run test:e2e [-- playwright's arguments]`: the end-to-end suite on the real app, on a virtual display unless --headed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from './build.mjs'
import { startVirtualDisplay } from './display.mjs'
import { ROOT, runTool } from './paths.mjs'
import { describeRuntime, findRuntime, sandboxArguments } from './runtime.mjs'
import { ensureSystem } from './system.mjs'

/** The Electron to test with, on a system that has what it and the tests need. @returns {Promise<import('./runtime.mjs').Runtime>} */
export async function prepare() {
  const runtime = await findRuntime()
  console.log(describeRuntime(runtime))
  ensureSystem({ binary: runtime.binary, virtualDisplay: true, tests: true })
  return runtime
}

/**
 * Builds when needed, then runs the suite.
 * @param {import('./runtime.mjs').Runtime} runtime
 * @param {string[]} args for `playwright test`
 * @param {{ env?: Record<string, string>, stdio?: import('node:child_process').StdioOptions }} options
 * @returns {Promise<number>} Playwright's exit code
 */
export async function runE2e(runtime, args, { env = {}, stdio = 'inherit' } = {}) {
  buildIfStale()
  const headed = args.includes('--headed')
  const display = headed || process.platform !== 'linux' ? null : await startVirtualDisplay()
  const playwright = join(ROOT, 'node_modules/@playwright/test/cli.js')
  const config = join(ROOT, 'e2e/playwright.config.ts')
  const child = spawn(
    process.execPath,
    [playwright, 'test', '-c', config, ...args.filter(argument => argument !== '--headed')],
    {
      cwd: ROOT,
      stdio,
      env: {
        ...process.env,
        ...env,
        ...(display === null ? {} : { DISPLAY: display.name, WAYLAND_DISPLAY: '' }),
        SAGITTA_E2E_ELECTRON: runtime.binary,
        SAGITTA_E2E_SANDBOX: sandboxArguments().join(' '),
        // Made by the first test that opens it.
        SAGITTA_SAMPLE: join(ROOT, 'artifacts/sample'),
      },
    },
  )
  try {
    const [code] = await once(child, 'exit')
    return code ?? 1
  } finally {
    display?.stop()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runTool(async () => runE2e(await prepare(), process.argv.slice(2)))
}
