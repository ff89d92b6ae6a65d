// `npm start`: checks the system, finds Electron, builds when needed and opens the app; without a display on a virtual one.
//   npm start                      the sample study
//   npm start -- /path/to/folder   that study or project
//   npm start -- --welcome         nothing open
//   npm run dev                    the same with hot reload
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { buildIfStale } from './build.mjs'
import { startVirtualDisplay } from './display.mjs'
import { ROOT, runTool } from './paths.mjs'
import { describeRuntime, findRuntime, sandboxArguments } from './runtime.mjs'
import { ensureSystem, hasDisplay } from './system.mjs'

/** Where there is no desktop, Chromium complains about its absence line by line. */
const QUIET = '--log-level=3'

async function main() {
  const given = process.argv.slice(2)
  const dev = given.includes('--dev')
  const appArguments = openingArguments(given.filter(argument => argument !== '--dev'))

  const runtime = await findRuntime()
  console.log(describeRuntime(runtime))
  const virtualDisplay = !hasDisplay()
  ensureSystem({ binary: runtime.binary, virtualDisplay, tests: false })
  if (!dev) buildIfStale()

  const env = { ...process.env }
  let display = null
  if (virtualDisplay) {
    display = await startVirtualDisplay()
    env.DISPLAY = display.name
    console.log(`There is no display: the app runs on a virtual one (Xvfb ${display.name}). Ctrl+C ends both.`)
    appArguments.push(QUIET)
  }
  try {
    return await (dev ? startDev(runtime, appArguments, env) : startApp(runtime, appArguments, env))
  } finally {
    display?.stop()
  }
}

/** Without a path the sample study opens; paths are made absolute, because the app starts in the repository. */
function openingArguments(args) {
  const resolved = args.map(argument =>
    argument.startsWith('-') ? argument : resolve(process.env.INIT_CWD ?? '.', argument),
  )
  const says = resolved.some(argument => !argument.startsWith('-') || ['--sample', '--welcome'].includes(argument))
  return says ? resolved : ['--sample', ...resolved]
}

const startApp = (runtime, args, env) =>
  follow(spawn(runtime.binary, [...sandboxArguments(), ROOT, ...args], { env, stdio: 'inherit' }))

function startDev(runtime, args, env) {
  const vite = join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js')
  const sandbox = sandboxArguments().length > 0 ? ['--noSandbox'] : []
  return follow(
    spawn(process.execPath, [vite, 'dev', ...sandbox, '--', ...args], {
      cwd: ROOT,
      env: { ...env, ELECTRON_EXEC_PATH: runtime.binary },
      stdio: 'inherit',
    }),
  )
}

/** The child's exit code; signals are handed on, so that Ctrl+C lets the app save and quit. */
async function follow(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  const [code, signal] = await once(child, 'exit')
  return code ?? (signal === null ? 1 : 0)
}

await runTool(main)
