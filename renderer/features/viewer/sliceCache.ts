// Slices near the one shown, kept and fetched ahead, so that scrolling does not wait for the study service.

interface Kept<T> {
  readonly value: Promise<T>
  readonly bytes: number
}

/**
 * Keeps the slices used last under a byte budget. `get` starts a fetch or joins the one under way; `ahead` fetches neighbours quietly:
 * the slices in the direction of travel first, a few at a time, dropped when the user has moved on.
 */
export class SliceCache<T> {
  private readonly kept = new Map<string, Kept<T>>()
  private readonly ready = new Map<string, T>()
  private bytes = 0
  private wanted: { volumeId: string; slices: number[] } | null = null
  private fetching = 0

  constructor(
    private readonly fetch: (volumeId: string, k: number) => Promise<T>,
    private readonly bytesOf: (volumeId: string) => number,
    private readonly budgetBytes: number,
    private readonly concurrency = 2,
  ) {}

  /** The slice if it is here already: no waiting, same frame. */
  peek(volumeId: string, k: number): T | undefined {
    return this.ready.get(keyOf(volumeId, k))
  }

  get(volumeId: string, k: number): Promise<T> {
    const key = keyOf(volumeId, k)
    const known = this.kept.get(key)
    if (known) {
      this.kept.delete(key)
      this.kept.set(key, known)
      return known.value
    }
    const bytes = this.bytesOf(volumeId)
    const value = this.fetch(volumeId, k)
    this.kept.set(key, { value, bytes })
    this.bytes += bytes
    value.then(
      slice => this.kept.get(key)?.value === value && this.ready.set(key, slice),
      () => this.kept.get(key)?.value === value && this.drop(key), // the error goes to whoever asked; the next call asks again
    )
    this.trim(key)
    return value
  }

  /** @param direction +1 or -1: where the user scrolls; slices behind are fetched too, fewer of them */
  ahead(volumeId: string, k: number, slices: number, direction: 1 | -1, reach = 12): void {
    const order: number[] = []
    for (let step = 1; step <= reach; step++) {
      order.push(k + step * direction)
      if (step <= reach / 3) order.push(k - step * direction)
    }
    this.wanted = {
      volumeId,
      slices: order.filter(slice => slice >= 0 && slice < slices && !this.kept.has(keyOf(volumeId, slice))),
    }
    this.pump()
  }

  /** Forgets a volume's slices, or one of them. */
  forget(volumeId: string, k?: number): void {
    if (k !== undefined) return this.drop(keyOf(volumeId, k))
    for (const key of [...this.kept.keys()]) if (key.startsWith(`${volumeId} `)) this.drop(key)
    if (this.wanted?.volumeId === volumeId) this.wanted = null
  }

  private pump(): void {
    while (this.fetching < this.concurrency) {
      const k = this.wanted?.slices.shift()
      if (k === undefined || !this.wanted) return
      this.fetching++
      const next = (): void => {
        this.fetching--
        this.pump()
      }
      this.get(this.wanted.volumeId, k).then(next, next)
    }
  }

  private drop(key: string): void {
    this.bytes -= this.kept.get(key)?.bytes ?? 0
    this.kept.delete(key)
    this.ready.delete(key)
  }

  private trim(newest: string): void {
    for (const key of this.kept.keys()) {
      if (this.bytes <= this.budgetBytes || key === newest) return
      this.drop(key)
    }
  }
}

const keyOf = (volumeId: string, k: number): string => `${volumeId} ${k}`
