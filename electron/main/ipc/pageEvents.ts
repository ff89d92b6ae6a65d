// Events for the page that is there now. News of a state is dropped while none is: a new page asks for the state itself. What a person asked
// of the page (a menu's command, folders of a second start) is kept until a page says that it listens.
import { channelOf, type Contract } from '#common/ipc/contract'

type Emit = (channel: string, value: unknown) => void

export class PageEvents {
  private page: Emit | null = null
  private isReady = false
  private readonly kept: { channel: string; value: unknown }[] = []
  private readonly keptChannels: ReadonlySet<string>

  constructor(contracts: readonly Contract[]) {
    this.keptChannels = new Set(
      contracts.flatMap(({ domain, entries }) =>
        Object.entries(entries)
          .filter(([, entry]) => entry.kind === 'event' && entry.kept)
          .map(([name]) => channelOf(domain, name)),
      ),
    )
  }

  /** A page spoke: it asks for the state from here on. */
  attach(emit: Emit): void {
    this.page = emit
    this.isReady = false
  }

  detach(): void {
    this.page = null
    this.isReady = false
  }

  /** The page that is attached has its listeners. */
  ready(): void {
    if (this.page === null) return
    this.isReady = true
    for (const { channel, value } of this.kept.splice(0)) this.page(channel, value)
  }

  readonly emit: Emit = (channel, value) => {
    if (this.keptChannels.has(channel) && !this.isReady) this.kept.push({ channel, value })
    else this.page?.(channel, value)
  }
}
