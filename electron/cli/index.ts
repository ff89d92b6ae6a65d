// The `sagitta` command line: finds the command, runs it, and says the result or the error in the form that was asked for (DESIGN §5).
import { asSagittaError } from '#common/errors'
import { UsageError, type Command, type CommandIo } from './command'
import { COMMANDS } from './registry'
import { Terminal } from './terminal'

export interface RunOptions {
  /** Folder of the installation. */
  readonly root: string
}

/** @returns the exit code: 0 done, 1 an error of the matter, 2 wrong usage. */
export async function run(argv: readonly string[], { root }: RunOptions): Promise<number> {
  keepStdoutClean()
  const json = argv.includes('--json')
  const args = argv.filter(arg => arg !== '--json')
  const terminal = new Terminal()
  if (args.length === 0 || args[0] === 'help' || args[0] === '--help' || args[0] === '-h') {
    terminal.out(listing())
    return args.length === 0 ? 2 : 0
  }
  const found = findCommand(args)
  if (!found) {
    terminal.log(`There is no command "${args.slice(0, 2).join(' ')}".\n\n${listing()}`)
    return 2
  }
  const { command, rest } = found
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(usageOf(command))
    return 0
  }
  return runCommand(command, rest, terminal, json, root)
}

/** Some libraries log of their own accord (itk-wasm names what it could not read): stdout is for results alone. */
function keepStdoutClean(): void {
  for (const method of ['log', 'info', 'debug'] as const) console[method] = (...words) => console.error(...words)
}

async function runCommand(
  command: Command,
  args: readonly string[],
  terminal: Terminal,
  json: boolean,
  root: string,
): Promise<number> {
  const abort = new AbortController()
  // A second Ctrl+C ends the process the usual way.
  process.once('SIGINT', () => abort.abort())
  const io: CommandIo = {
    root,
    signal: abort.signal,
    log: line => terminal.log(line),
    print: line => {
      if (!json) terminal.out(line)
    },
    progress: text => terminal.progress(text),
  }
  try {
    const document = await command.run(args, io)
    if (json) terminal.out(JSON.stringify(document, null, 2))
    return 0
  } catch (thrown) {
    if (thrown instanceof UsageError) {
      terminal.log(`${thrown.message}\n${usageOf(command)}`)
      return 2
    }
    const error = asSagittaError(thrown)
    if (json) terminal.out(JSON.stringify({ error: error.toJSON() }, null, 2))
    else terminal.log(error.message)
    if (error.code === 'internal')
      terminal.log(error.cause instanceof Error ? (error.cause.stack ?? '') : (error.stack ?? ''))
    return 1
  }
}

/** Two words first: `labels convert` before a command `labels`. */
function findCommand(args: readonly string[]): { command: Command; rest: readonly string[] } | null {
  for (const words of [2, 1]) {
    const command = COMMANDS.find(({ name }) => name === args.slice(0, words).join(' '))
    if (command) return { command, rest: args.slice(words) }
  }
  return null
}

const usageOf = ({ usage }: Command): string =>
  usage
    .split('\n')
    .map(line => (line.startsWith(' ') ? line : `sagitta ${line} [--json]`))
    .join('\n')

const listing = (): string =>
  [
    'sagitta <command>: everything the app does, without a window. Every command takes --json: one document on stdout, all else on stderr.',
    ...COMMANDS.map(({ usage }) => usage),
  ].join('\n\n')
