// Slices read lately, up to a number of bytes; the one unused longest goes first.

type Slice = Float32Array | Uint8Array

export class SliceCache {
  /** In order of last use: a Map keeps insertion order. */
  private readonly slices = new Map<string, Slice>()
  private bytes = 0

  constructor(private readonly budgetBytes: number) {}

  get(key: string, read: () => Slice): Slice {
    const known = this.slices.get(key)
    if (known) {
      this.slices.delete(key)
      this.slices.set(key, known)
      return known
    }
    const slice = read()
    this.slices.set(key, slice)
    this.bytes += slice.byteLength
    for (const [oldest, dropped] of this.slices) {
      if (this.bytes <= this.budgetBytes || oldest === key) break
      this.slices.delete(oldest)
      this.bytes -= dropped.byteLength
    }
    return slice
  }
}
