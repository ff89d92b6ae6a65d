// Reading a card takes milliseconds and somebody waits for it: longer work asks here for its turn.
export class CardsFirst {
  private readonly reading = new Set<Promise<unknown>>()

  read<T>(work: () => Promise<T>): Promise<T> {
    const card = work()
    const settled = card.then(
      () => undefined,
      () => undefined,
    )
    this.reading.add(settled)
    void settled.then(() => this.reading.delete(settled))
    return card
  }

  /** After the messages that have arrived were heard, and no card is being read. */
  async turn(): Promise<void> {
    do {
      await Promise.all(this.reading)
      await new Promise(resolve => setImmediate(resolve))
    } while (this.reading.size > 0)
  }
}
