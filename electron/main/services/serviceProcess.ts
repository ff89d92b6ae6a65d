// One service in its own process: started, connected, watched, and started again when it dies.
import { MessageChannelMain, utilityProcess, type MessagePortMain, type UtilityProcess } from 'electron'
import { setPriority } from 'node:os'
import { asSagittaError } from '#common/errors'
import { connectMessage, processPort } from '#common/ipc/ports'
import { Connection } from '#common/ipc/rpc'

export interface ServiceOptions {
  /** For people and process lists: "study service". */
  name: string
  /** The built entry, absolute. */
  script: string
  /** Read by the service at its start. */
  env: Readonly<Record<string, string>>
  /** Unix niceness; above 0 the service yields to the others. */
  niceness?: number
}

export interface Exit {
  code: number
  /** Nobody asked it to end. */
  unexpected: boolean
}

/** A running utility process and main's own connection to it. It is never reused: a restart makes a new one. */
export class ServiceProcess {
  readonly connection: Connection
  readonly exited: Promise<Exit>
  private readonly child: UtilityProcess
  private stopping = false

  constructor(options: ServiceOptions) {
    const child = utilityProcess.fork(options.script, [], {
      serviceName: options.name,
      stdio: 'inherit',
      env: { ...process.env, ...options.env },
    })
    this.child = child
    const { niceness } = options
    if (niceness !== undefined) child.once('spawn', () => lowerPriority(child.pid, niceness))

    const { port1, port2 } = new MessageChannelMain()
    this.connection = new Connection(processPort(port1), `The ${options.name}`)
    this.handOver('control', port2)
    this.exited = new Promise(resolve =>
      child.once('exit', code => {
        this.connection.close()
        resolve({ code, unexpected: !this.stopping })
      }),
    )
  }

  /** Gives the service a port; it serves there what `to` names. */
  handOver(to: string, port: MessagePortMain): void {
    this.child.postMessage(connectMessage(to), [port])
  }

  /** Ends it at once. Whoever wants it to finish something first asks before. */
  async stop(): Promise<void> {
    this.stopping = true
    this.child.kill()
    await this.exited
  }
}

/** Yielding is a courtesy: a system that refuses it gets a line in the log, and the service runs on. */
function lowerPriority(pid: number | undefined, niceness: number): void {
  if (pid === undefined) return
  try {
    setPriority(pid, niceness)
  } catch (thrown) {
    console.warn(`The priority of process ${pid} could not be lowered: ${asSagittaError(thrown).message}`)
  }
}
