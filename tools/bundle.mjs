// Bundles TypeScript entries into single CommonJS files for plain Node, in a fraction of a second: the command line and tests that need a process.
import { build } from 'esbuild'
import { rename, rm } from 'node:fs/promises'
import { EXTERNALS } from './externals.mjs'

/** Playwright is only there for benches and tests. */
const EXTERNAL = [...EXTERNALS.flatMap(name => [name, `${name}/*`]), '@playwright/test']

/** @param entries output file -> entry file, absolute. An output is replaced as a whole: two processes may bundle at once. */
export async function bundle(entries) {
  await Promise.all(
    Object.entries(entries).map(async ([output, entry]) => {
      const partial = `${output}.${process.pid}.part`
      try {
        await build({
          entryPoints: [entry],
          outfile: partial,
          bundle: true,
          platform: 'node',
          format: 'cjs',
          target: 'node18',
          sourcemap: 'inline',
          sourcesContent: false,
          external: EXTERNAL,
          logLevel: 'error',
        })
        await rename(partial, output)
      } catch (error) {
        await rm(partial, { force: true })
        throw error
      }
    }),
  )
}
