// Keeps one service running: starts it when first needed, restarts it after a crash, gives up when it keeps crashing.
import { SagittaError } from '#common/errors'
import type { Connection } from '#common/ipc/rpc'

/** What is supervised; ServiceProcess in the app. */
export interface Supervised {
  readonly connection: Connection
  readonly exited: Promise<{ code: number; unexpected: boolean }>
  stop(): Promise<void>
}

export interface SupervisorOptions<T extends Supervised> {
  start(): T
  /** Brings a fresh process to where the dead one was, before anybody is told. Not called for the first one. */
  restore?(service: T): Promise<void>
  /** Called after each start, with the new process. */
  onStart?(service: T): void
  /** Called after a crash, once the new process is ready or none was started. */
  onCrash(crash: { code: number; restarted: boolean }): void
  now?(): number
}

/** More crashes than this within the window: starting it again would only crash again. */
export const CRASHES_ALLOWED = 3
export const CRASH_WINDOW_MS = 60_000

export class Supervisor<T extends Supervised> {
  private service: T | null = null
  private stopped = false
  private readonly crashesAtMs: number[] = []

  constructor(private readonly options: SupervisorOptions<T>) {}

  /** The running process, started now when there is none. @throws service-stopped after `retire`. */
  get(): T {
    if (this.stopped) throw new SagittaError('service-stopped', 'Sagitta is quitting. What was acknowledged is saved.')
    this.service ??= this.start()
    return this.service
  }

  get running(): T | null {
    return this.service
  }

  /** From now on an end of the process is no crash, and none is started. Ctrl+C in a terminal ends all processes at once. */
  retire(): void {
    this.stopped = true
  }

  async stop(): Promise<void> {
    this.retire()
    await this.service?.stop()
  }

  private start(): T {
    const service = this.options.start()
    void service.exited.then(exit => this.onExit(service, exit))
    this.options.onStart?.(service)
    return service
  }

  private async onExit(service: T, { code, unexpected }: { code: number; unexpected: boolean }): Promise<void> {
    if (this.service === service) this.service = null
    if (!unexpected || this.stopped) return
    const restarted = this.mayRestart()
    if (restarted) {
      this.service = this.start()
      await this.options.restore?.(this.service)
    }
    this.options.onCrash({ code, restarted })
  }

  private mayRestart(): boolean {
    const now = this.options.now?.() ?? Date.now()
    this.crashesAtMs.push(now)
    return this.crashesAtMs.filter(at => at > now - CRASH_WINDOW_MS).length <= CRASHES_ALLOWED
  }
}
