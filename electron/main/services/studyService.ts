// The study service as main sees it: its clients, its restart with the same project open, its ports for the page.
import { MessageChannelMain, type MessagePortMain } from 'electron'
import { asSagittaError } from '#common/errors'
import type { Client, Contract } from '#common/ipc/contract'
import { adoptContract, agreementContract } from '#common/ipc/engine'
import { prepareContract } from '#common/ipc/prepare'
import { projectContract, type ProjectState } from '#common/ipc/project'
import { studyContract } from '#common/ipc/study'
import { voxelsContract } from '#common/ipc/voxels'
import { relayEvents } from '../ipc/forward'
import { exitWords } from './exitWords'
import { serviceEnv, type Paths } from './paths'
import { ServiceProcess } from './serviceProcess'
import { Supervisor } from './supervisor'

export interface StudyEvents {
  /** An event of the service for the page. */
  emit(channel: string, value: unknown): void
  /** Another project or scratch workspace is open now. */
  onOpened(state: ProjectState): void
  /** After a crash; `message` says what was restored. */
  onStopped(message: string, restarted: boolean): void
}

export class StudyService {
  private readonly supervisor: Supervisor<ServiceProcess>
  /** Folder to open again after a crash; null when nothing is open. */
  private openFolder: string | null = null

  constructor(
    paths: Paths,
    private readonly events: StudyEvents,
  ) {
    this.supervisor = new Supervisor({
      start: () => new ServiceProcess({ name: 'study service', script: paths.study, env: serviceEnv(paths) }),
      onStart: service => this.listen(service),
      restore: service => this.reopen(service),
      onCrash: ({ code, restarted }) => events.onStopped(this.crashMessage(code, restarted), restarted),
    })
  }

  start(): void {
    this.supervisor.get()
  }

  get study(): Client<typeof studyContract> {
    return this.client(studyContract)
  }

  get voxels(): Client<typeof voxelsContract> {
    return this.client(voxelsContract)
  }

  get prepare(): Client<typeof prepareContract> {
    return this.client(prepareContract)
  }

  get adopt(): Client<typeof adoptContract> {
    return this.client(adoptContract)
  }

  get agreement(): Client<typeof agreementContract> {
    return this.client(agreementContract)
  }

  get project(): Client<typeof projectContract> {
    return this.client(projectContract)
  }

  /** Tells main which project is open now; a page's answer may arrive before the service's own event. */
  note(state: ProjectState | null): void {
    if (state !== null && state.folder !== this.openFolder) this.events.onOpened(state)
    this.openFolder = state?.folder ?? null
  }

  /** The page's end of a new channel to the service. */
  pagePort(): MessagePortMain {
    const { port1, port2 } = new MessageChannelMain()
    this.supervisor.get().handOver('voxels', port1)
    return port2
  }

  /** Flushes and unlocks what is open, where the service runs at all. */
  async close(): Promise<void> {
    await this.supervisor.running?.connection.client(projectContract).close({})
  }

  retire(): void {
    this.supervisor.retire()
  }

  stop(): Promise<void> {
    return this.supervisor.stop()
  }

  private client<C extends Contract>(contract: C): Client<C> {
    return this.supervisor.get().connection.client(contract)
  }

  private listen({ connection }: ServiceProcess): void {
    relayEvents(projectContract, connection.client(projectContract), (channel, value) =>
      this.events.emit(channel, value),
    )
    connection.client(projectContract).changed(state => this.note(state))
  }

  private async reopen({ connection }: ServiceProcess): Promise<void> {
    if (this.openFolder === null) return
    try {
      await connection.client(projectContract).open({ folder: this.openFolder })
    } catch (thrown) {
      console.error(`${this.openFolder} could not be opened again: ${asSagittaError(thrown).message}`)
      this.openFolder = null
    }
  }

  private crashMessage(code: number, restarted: boolean): string {
    const what = `The study service stopped${exitWords(code)}`
    if (!restarted)
      return `${what} and keeps stopping. Every acknowledged stroke is saved. Quit Sagitta and start it again.`
    return this.openFolder === null
      ? `${what} and was restarted. Open the scan or project again.`
      : `${what} and was restarted. Every acknowledged stroke is saved.`
  }
}
