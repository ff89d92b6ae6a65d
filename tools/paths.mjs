// Where things are: the repository, and the cache folder that outlives node_modules.
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Folder for what was fetched and verified once: SAGITTA_CACHE, else XDG_CACHE_HOME/sagitta, else ~/.cache/sagitta. */
export const cacheFolder = () =>
  process.env.SAGITTA_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sagitta')

/** Ends a command line tool: the reason on stderr, no stack. */
export class Stop extends Error {}

/** Runs `main` and turns a Stop into its message and exit code 1; anything else keeps its stack. */
export async function runTool(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    console.error(error instanceof Stop ? error.message : error)
    process.exitCode = 1
  }
}
