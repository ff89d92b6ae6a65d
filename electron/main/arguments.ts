// What the app was started with: folders to open, or the sample study.
import { resolve } from 'node:path'

export interface Opening {
  /** Absolute. */
  paths: string[]
  sample: boolean
}

/**
 * Reads the app's own arguments; Chromium's and Electron's switches are not ours and are passed over.
 * @param argv without the binary, and without the app's folder where one was given
 */
export function openingOf(argv: readonly string[], workingFolder: string): Opening {
  return {
    paths: argv.filter(argument => !argument.startsWith('-')).map(path => resolve(workingFolder, path)),
    sample: argv.includes('--sample'),
  }
}

/** `electron <switches> <folder> …` in development, `Sagitta …` when installed. */
export function ownArguments(argv: readonly string[], defaultApp: boolean): string[] {
  const given = argv.slice(1)
  if (!defaultApp) return given
  const folder = given.findIndex(argument => !argument.startsWith('-'))
  return given.slice(folder + 1)
}
