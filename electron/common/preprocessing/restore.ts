// The way back: class probabilities on the network's grid become classes on the image's own grid.
import { blend } from './prepareSlice'
import { pasteBox } from './box'
import { fromNetwork } from './inPlane'
import { ClassVote, resamplePlane } from './resample'
import { sourcesOf, type SlicePlan } from './slicePlan'

/**
 * Takes network slices in ascending order and gives every acquired slice once. Probabilities are resampled linearly and the
 * largest wins afterwards: smoother than resampling decided labels, and exact where nothing is resampled. Outside a crop is background.
 */
export class Restorer {
  /** Probabilities per network slice, one array per class, already on the acquired in-plane grid (still turned). */
  private readonly held = new Map<number, Float32Array[]>()
  private nextSlice = 0
  private readonly slices: number

  constructor(private readonly plan: SlicePlan) {
    this.slices = plan.back.slices?.target ?? plan.network.slices
  }

  /**
   * @param probabilities (or scores that are affine in them, of at least -1 for the first class) one row-major array of `network.rows x network.columns` per class, padding cut off.
   * @returns the acquired slices that are complete now, row-major classes as acquired.
   */
  add(networkSlice: number, probabilities: readonly Float32Array[]): { k: number; classes: Uint8Array }[] {
    const resampled = probabilities.map(plane => resamplePlane(plane, this.plan.network.columns, this.plan.back))
    this.held.set(networkSlice, resampled)
    const ready: { k: number; classes: Uint8Array }[] = []
    while (this.nextSlice < this.slices) {
      const sources = sourcesOf(this.plan.back.slices, this.nextSlice)
      if (!sources.every(({ slice }) => this.held.has(slice))) break
      ready.push({ k: this.nextSlice, classes: this.decide(sources) })
      this.nextSlice += 1
      this.forget()
    }
    return ready
  }

  private decide(sources: readonly { slice: number; share: number }[]): Uint8Array {
    const classes = this.held.get(sources[0]!.slice)!.length
    const { box, inPlane } = this.plan
    const vote = new ClassVote(box.columns * box.rows)
    for (let c = 0; c < classes; c++)
      vote.offer(
        c,
        blend(sources, slice => this.held.get(slice)![c]!),
      )
    const turned = pasteBox(vote.classes, inPlane.columns, box, new Uint8Array(inPlane.columns * inPlane.rows))
    return fromNetwork(turned, inPlane, new Uint8Array(turned.length))
  }

  private forget(): void {
    const oldest = this.nextSlice < this.slices ? sourcesOf(this.plan.back.slices, this.nextSlice)[0]!.slice : Infinity
    for (const slice of this.held.keys()) if (slice < oldest) this.held.delete(slice)
  }
}
