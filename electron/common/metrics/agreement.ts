// How far a model's labels agree with those a person drew: Dice per label that both know by name.
import { addCounts, countedMean, dice, NO_OVERLAP, overlapCounts, type OverlapCounts } from './overlap'

export interface TableLabel {
  readonly value: number
  readonly name: string
}

export interface LabelAgreement {
  readonly name: string
  /** null: in neither, not counted. */
  readonly dice: number | null
}

const keyOf = ({ name }: TableLabel): string => name.toLocaleLowerCase()

/** Labels that both tables have, by name without regard to case, as the hand calls them. */
export function sharedNames(hand: readonly TableLabel[], model: readonly TableLabel[]): string[] {
  const known = new Set(model.map(keyOf))
  const names = new Map(hand.filter(label => known.has(keyOf(label))).map(label => [keyOf(label), label.name]))
  return [...names.values()]
}

/** Counts voxels of one volume, slice after slice. Labels that only one of the two knows are as background. */
export class Agreement {
  private readonly names: readonly string[]
  private readonly ofHand: Uint16Array
  private readonly ofModel: Uint16Array
  /** Background first. */
  private counts: OverlapCounts[]
  private worst: { k: number | null; differing: number } = { k: null, differing: 0 }

  constructor(hand: readonly TableLabel[], model: readonly TableLabel[]) {
    this.names = sharedNames(hand, model)
    const numbers = new Map(this.names.map((name, at) => [name.toLocaleLowerCase(), at + 1]))
    this.ofHand = lookup(hand, numbers)
    this.ofModel = lookup(model, numbers)
    this.counts = Array.from({ length: this.names.length + 1 }, () => NO_OVERLAP)
  }

  /** Slice k, of which somebody said what its voxels are; each map in the values of its own table. */
  addSlice(k: number, hand: Uint16Array, model: Uint16Array): void {
    const [truth, prediction] = [hand.map(value => this.ofHand[value]!), model.map(value => this.ofModel[value]!)]
    const found = overlapCounts(prediction, truth, this.counts.length)
    this.counts = this.counts.map((sum, at) => addCounts(sum, found[at]!))
    const differing = truth.reduce((sum, value, n) => sum + (value === prediction[n] ? 0 : 1), 0)
    if (differing > this.worst.differing) this.worst = { k, differing }
  }

  /**
   * `dice`: mean over the labels that are in either; null when none is. `worstSlice`: the one on which most voxels differ; null where none
   * does.
   */
  result(): { labels: LabelAgreement[]; dice: number | null; worstSlice: number | null } {
    const labels = this.names.map((name, at) => ({ name, dice: dice(this.counts[at + 1]!) }))
    return { labels, dice: countedMean(labels.map(label => label.dice)).mean, worstSlice: this.worst.k }
  }
}

/** Number of the shared label for each label value, 0 for all others. */
function lookup(table: readonly TableLabel[], numbers: ReadonlyMap<string, number>): Uint16Array {
  const out = new Uint16Array(65536)
  for (const label of table) out[label.value] = numbers.get(keyOf(label)) ?? 0
  return out
}
