// What a command of `sagitta` is: a name, how it is used, and a run that answers with one JSON document.
import { parseArgs, type ParseArgsConfig } from 'node:util'

/** Where a command's words go. Logs are stderr; what `print` is given is stdout, and left out under --json. */
export interface CommandIo {
  /** A line about what is going on. */
  log(line: string): void
  /** The result for people. */
  print(line: string): void
  /** How far long work is: redrawn in place on a terminal, left out elsewhere. */
  progress(text: string): void
  /** Ctrl+C. */
  readonly signal: AbortSignal
  /** Folder of the installation: `resources/` lies there. */
  readonly root: string
}

export interface Command {
  /** One or two words: `inspect`, `labels convert`. */
  readonly name: string
  /** One line each, the first the synopsis: "train CONFIG.json --out RUN [--resume]". */
  readonly usage: string
  /**
   * @returns the JSON document.
   * @throws UsageError for wrong arguments (exit 2), SagittaError for what went wrong in the work (exit 1).
   */
  run(argv: readonly string[], io: CommandIo): Promise<unknown>
}

/** The command was called wrongly. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type Options = NonNullable<ParseArgsConfig['options']>

/**
 * Positional arguments and options of a command.
 * @param positionals names of those it must have, for the message; a last one that ends in `...` may be given any number of times.
 * @throws UsageError for unknown options and missing or surplus arguments.
 */
export function readArguments<O extends Options>(
  argv: readonly string[],
  positionals: readonly string[],
  options: O,
): {
  positionals: string[]
  values: ReturnType<typeof parseArgs<{ args: string[]; options: O; allowPositionals: true }>>['values']
} {
  const parsed = parse(argv, options)
  const given = parsed.positionals.length
  if (given < positionals.length) throw new UsageError(`${positionals[given]} is missing.`)
  if (given > positionals.length && !positionals.at(-1)?.endsWith('...'))
    throw new UsageError(`${parsed.positionals[positionals.length]} is one argument too many.`)
  return parsed
}

function parse<O extends Options>(argv: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true as const })
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

/** The value of an option that must be given. @throws UsageError */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new UsageError(`${name} is missing.`)
  return value
}

/** A whole number of at least `least`. @throws UsageError */
export function wholeNumber(text: string, name: string, least = 0): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least)
    throw new UsageError(`${name} takes a whole number from ${least} on, not "${text}".`)
  return value
}
