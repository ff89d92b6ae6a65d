// The label maps of a project that are in memory: opened when used, the longest unused closed when they take too much.
import type { VolumeInfo } from '#common/ipc/volume'
import { LabelMap, type LabelMapOptions } from '../labels/labelMap'

/** About twenty maps of 512 x 512 x 100. */
const BUDGET_BYTES = 1024 * 1024 * 1024

interface Open {
  readonly info: VolumeInfo
  readonly map: Promise<LabelMap>
  readonly bytes: number
  /** Calls that work with it now: it may not be closed under them. */
  users: number
  usedAt: number
}

export class OpenMaps {
  private readonly open = new Map<string, Open>()
  private readonly closing = new Map<string, Promise<void>>()
  private clock = 0

  constructor(private readonly optionsOf: (info: VolumeInfo) => LabelMapOptions) {}

  /** @param info the volume as it is now: a map that was opened on another grid is closed and opened anew, which refuses it. */
  async use<T>(info: VolumeInfo, work: (map: LabelMap) => Promise<T> | T): Promise<T> {
    const known = this.open.get(info.id)
    if (known && known.info.geometryHash !== info.geometryHash) await this.close(info.id)
    // Whoever closes it hears of a failure; here it only has to be over.
    await this.closing.get(info.id)?.catch(() => undefined)
    const entry = this.open.get(info.id) ?? this.openNow(info)
    entry.users++
    entry.usedAt = ++this.clock
    try {
      return await work(await entry.map)
    } finally {
      entry.users--
      await this.closeUnused()
    }
  }

  /** Volume whose map was used last, of those that are open. */
  get lastUsed(): VolumeInfo | null {
    const [last] = [...this.open.values()].sort((a, b) => b.usedAt - a.usedAt)
    return last?.info ?? null
  }

  async saveAll(): Promise<void> {
    for (const { map } of [...this.open.values()]) await (await map).saveSnapshot()
  }

  /** Waits for its running edits, then closes it. */
  async close(volumeId: string): Promise<void> {
    const entry = this.open.get(volumeId)
    if (!entry) return this.closing.get(volumeId)
    this.open.delete(volumeId)
    const closed = entry.map.then(map => map.close())
    this.closing.set(volumeId, closed)
    try {
      await closed
    } finally {
      this.closing.delete(volumeId)
    }
  }

  async closeAll(): Promise<void> {
    for (const id of [...this.open.keys()]) await this.close(id)
  }

  private openNow(info: VolumeInfo): Open {
    const map = LabelMap.open(this.optionsOf(info))
    const entry: Open = { info, map, bytes: 2 * info.size[0] * info.size[1] * info.size[2], users: 0, usedAt: 0 }
    this.open.set(info.id, entry)
    // A map that can't be opened is tried anew next time.
    map.catch(() => {
      if (this.open.get(info.id) === entry) this.open.delete(info.id)
    })
    return entry
  }

  private async closeUnused(): Promise<void> {
    const bytes = [...this.open.values()].reduce((sum, entry) => sum + entry.bytes, 0)
    if (bytes <= BUDGET_BYTES) return
    const unused = [...this.open].filter(([, entry]) => entry.users === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt)
    const [oldest] = unused.slice(0, -1)
    if (!oldest) return
    await this.close(oldest[0])
    await this.closeUnused()
  }
}
