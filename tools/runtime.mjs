// Which Electron runs the app here, and why. Run alone it prints the answer: `node tools/runtime.mjs`.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fallbackElectron, fallbackSupported, FALLBACK_VERSION } from './fallbackElectron.mjs'
import { downloadOnce, installedBinary, packageVersion } from './packageElectron.mjs'
import { runTool, Stop } from './paths.mjs'

/**
 * @typedef {object} Runtime
 * @property {string} binary takes the app's folder as its first argument, then the app's own arguments
 * @property {string} version
 * @property {string} why one sentence, for people
 */

/** The order: SAGITTA_ELECTRON, the electron package's binary, its download, the pinned fallback. @returns {Promise<Runtime>} */
export async function findRuntime() {
  const given = process.env.SAGITTA_ELECTRON
  if (given) return givenRuntime(given)

  const version = await packageVersion()
  const installed = await installedBinary()
  if (installed !== null) return { binary: installed, version, why: 'the binary of the electron package' }
  const download = await downloadOnce(version)
  if ('binary' in download) return { binary: download.binary, version, why: 'just downloaded by the electron package' }
  if (!fallbackSupported()) {
    throw new Stop(
      `Electron ${version} is not there: ${download.failure}. Run "npx install-electron" where its download can be reached, ` +
        'or point SAGITTA_ELECTRON to an Electron binary.',
    )
  }
  return {
    binary: await fallbackElectron(),
    version: FALLBACK_VERSION,
    why: `development fallback; Electron ${version} is not there: ${download.failure}; "npx install-electron" tries again`,
  }
}

function givenRuntime(binary) {
  if (!existsSync(binary)) throw new Stop(`SAGITTA_ELECTRON points to ${binary}, which does not exist.`)
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
  const version = execFileSync(binary, ['-p', 'process.versions.electron'], { env, encoding: 'utf8' }).trim()
  return { binary, version, why: 'SAGITTA_ELECTRON' }
}

const isRoot = () => process.getuid?.() === 0

/** Chromium refuses its sandbox to root; everybody else keeps it. */
export const sandboxArguments = () => (isRoot() ? ['--no-sandbox'] : [])

/** @param {Runtime} runtime */
export function describeRuntime(runtime) {
  const lines = [`Electron ${runtime.version}: ${runtime.why}.`]
  if (isRoot())
    lines.push("Running as root: Chromium's sandbox is off (--no-sandbox). Use another account for patients' data.")
  return lines.join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runTool(async () => {
    const runtime = await findRuntime()
    console.log(describeRuntime(runtime))
    console.log(runtime.binary)
    return 0
  })
}
