// What the operating system must bring: Electron's shared libraries, a virtual display, and for tests a DICOM validator and a font.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { Stop } from './paths.mjs'

/** Debian's package for each library Electron links to; where a newer Debian or Ubuntu renamed it, both names. */
const LIBRARY_PACKAGES = {
  'libX11.so.6': ['libx11-6'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libXrandr.so.2': ['libxrandr2'],
  'libXss.so.1': ['libxss1'],
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libdrm.so.2': ['libdrm2'],
  'libexpat.so.1': ['libexpat1'],
  'libgbm.so.1': ['libgbm1'],
  'libgcc_s.so.1': ['libgcc-s1'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnspr4.so': ['libnspr4'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libsmime3.so': ['libnss3'],
  'libstdc++.so.6': ['libstdc++6'],
  'libudev.so.1': ['libudev1'],
  'libxcb.so.1': ['libxcb1'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
}

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/**
 * Does nothing in a few milliseconds when all is there. Else installs it (root on Debian) or prints the command and stops.
 * @param {{ binary: string, virtualDisplay: boolean, tests: boolean }} needs
 */
export function ensureSystem({ binary, virtualDisplay, tests }) {
  if (process.platform !== 'linux') return
  const missing = missingPackages(binary, virtualDisplay, tests)
  if (missing.length === 0) return
  const what = missing.map(([label]) => label).join(', ')
  if (!onPath('apt-get')) {
    throw new Stop(`Missing on this system: ${what}. Install them with its package manager, then start again.`)
  }
  if (process.getuid?.() !== 0) {
    const packages = chosen(missing).join(' ')
    throw new Stop(
      `Missing on this system: ${what}. Install them, then start again:\n  sudo apt-get install --no-install-recommends ${packages}`,
    )
  }
  console.log(`Installing from Debian, about two minutes: ${what}...`)
  apt(['update', '-qq'])
  apt(['install', '-y', '-qq', '--no-install-recommends', ...chosen(missing)])
  const still = missingPackages(binary, virtualDisplay, tests)
  if (still.length > 0)
    throw new Stop(`Still missing after the installation: ${still.map(([label]) => label).join(', ')}.`)
}

/** @returns {[label: string, packages: string[]][]} */
function missingPackages(binary, virtualDisplay, tests) {
  const missing = missingLibraries(binary).map(library => {
    const packages = LIBRARY_PACKAGES[library]
    if (packages === undefined)
      throw new Stop(`Electron needs ${library}, which this system lacks. Install the package that holds it.`)
    return [library, packages]
  })
  if (virtualDisplay && !onPath('Xvfb')) missing.push(['Xvfb', ['xvfb']])
  if (virtualDisplay && !hasFont('Inter')) missing.push(['the font Inter', ['fonts-inter']])
  if (tests && !onPath('dciodvfy')) missing.push(['dciodvfy', ['dicom3tools']])
  return missing
}

function missingLibraries(binary) {
  const listing = execFileSync('ldd', [binary], {
    encoding: 'utf8',
    env: { ...process.env, LD_LIBRARY_PATH: dirname(binary) },
  })
  return [...listing.matchAll(/^\s*(\S+) => not found$/gm)].map(match => match[1])
}

const onPath = name => (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, name)))

const hasFont = name =>
  ['/usr/share/fonts', '/usr/local/share/fonts'].some(
    folder =>
      existsSync(folder) &&
      readdirSync(folder, { recursive: true }).some(file => file.split('/').at(-1).startsWith(name)),
  )

/** Of each package's names the one this release knows. */
const chosen = missing => [...new Set(missing.map(([, names]) => names.find(isKnownToApt) ?? names.at(-1)))]

const isKnownToApt = name =>
  /Candidate: (?!\(none\))/.test(spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout)

function apt(args) {
  const { status, stdout, stderr } = spawnSync('apt-get', args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  if (status !== 0) throw new Stop(`"apt-get ${args.join(' ')}" failed:\n${stdout}${stderr}`)
}
