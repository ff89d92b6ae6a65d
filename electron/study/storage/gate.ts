// Many may work in a project at once, or one may change which project it is: a lock with shared and exclusive holders.

export class Gate {
  private readonly inside = new Set<Promise<unknown>>()
  private exclusiveEnd: Promise<unknown> = Promise.resolve()
  private waiting = 0

  /** Runs while nobody is exclusive; any number run together. Must not ask for `exclusive` itself. */
  async shared<T>(work: () => Promise<T> | T): Promise<T> {
    while (this.waiting > 0) await this.exclusiveEnd
    const running = (async () => work())()
    this.inside.add(running)
    try {
      return await running
    } finally {
      this.inside.delete(running)
    }
  }

  /** Runs alone: after everything shared that has begun and everything exclusive that was asked for. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    this.waiting++
    const result = this.exclusiveEnd.then(async () => {
      await Promise.allSettled([...this.inside])
      return work()
    })
    this.exclusiveEnd = result
      .catch(() => undefined)
      .finally(() => {
        this.waiting--
      })
    return result
  }
}
