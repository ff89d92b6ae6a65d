// The electron package's own binary: where it is, and one try to download it where it isn't.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, ROOT } from './paths.mjs'

const PACKAGE = join(ROOT, 'node_modules/electron')
/** Nothing arrived for so long: the host can't be reached from here. A slow download that goes on is left alone. */
const STALL_MS = 20_000

export async function packageVersion() {
  return JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')).version
}

/** @returns {Promise<string | null>} the installed binary, null when the package has none. */
export async function installedBinary() {
  const name = await readFile(join(PACKAGE, 'path.txt'), 'utf8').catch(() => null)
  if (name === null) return null
  const binary = join(PACKAGE, 'dist', name)
  return existsSync(binary) ? binary : null
}

/**
 * Runs the package's own installer once per version; a failure is remembered in the cache folder, so that a machine without
 * that download does not wait again. `npx install-electron` always tries again, and its result is found by `installedBinary`.
 * @returns {Promise<{ binary: string } | { failure: string }>}
 */
export async function downloadOnce(version) {
  const memory = join(cacheFolder(), `electron-${version}-not-downloaded.json`)
  const remembered = await readFile(memory, 'utf8').catch(() => null)
  if (remembered !== null) {
    const { date, reason } = JSON.parse(remembered)
    return { failure: `its download failed on ${date} (${reason})` }
  }
  console.log(`Downloading Electron ${version}...`)
  const reason = await install()
  const binary = await installedBinary()
  if (binary !== null) return { binary }
  await mkdir(cacheFolder(), { recursive: true })
  await writeFile(memory, JSON.stringify({ date: new Date().toISOString().slice(0, 10), reason }))
  return { failure: `its download failed (${reason})` }
}

/** @returns {Promise<string>} the last line of the installer's complaint; of no use when it went well. */
async function install() {
  await mkdir(cacheFolder(), { recursive: true })
  const temporary = await mkdtemp(join(cacheFolder(), 'downloading-'))
  const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], {
    env: { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', text => (complaint += text))
  let stalled = false
  let seen = 0
  let since = Date.now()
  const watch = setInterval(async () => {
    const bytes = await folderBytes(temporary)
    if (bytes !== seen) [seen, since] = [bytes, Date.now()]
    if (Date.now() - since < STALL_MS) return
    stalled = true
    child.kill()
  }, 1000)
  await once(child, 'close')
  clearInterval(watch)
  await rm(temporary, { recursive: true, force: true })
  return stalled ? `nothing arrived for ${STALL_MS / 1000} s` : (complaint.trim().split('\n')[0] ?? '')
}

async function folderBytes(folder) {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.map(name =>
      stat(join(folder, name)).then(
        facts => facts.size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, names.length)
}
