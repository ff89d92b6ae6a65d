// What a classifier said against what is known: counts per pair of classes, accuracy, balanced accuracy.

export interface ClassScore {
  readonly name: string
  /** Items that are of this class. */
  readonly count: number
  /** Share of them that was recognised (sensitivity); null without any. */
  readonly recall: number | null
  /** Share of what was called so that is so; null where nothing was. */
  readonly precision: number | null
}

export interface ClassScores {
  readonly count: number
  readonly accuracy: number
  /** Mean recall over the classes that there are: 1 / classes for one that always says the same. */
  readonly balancedAccuracy: number
  readonly classes: readonly ClassScore[]
  /** Row: what it is; column: what was said. */
  readonly matrix: readonly (readonly number[])[]
}

export class Confusion {
  private readonly counts: Float64Array

  constructor(private readonly names: readonly string[]) {
    this.counts = new Float64Array(names.length ** 2)
  }

  /** Class indices of one item. */
  add(truth: number, said: number): void {
    this.counts[truth * this.names.length + said]! += 1
  }

  /** null when nothing was counted. */
  scores(): ClassScores | null {
    const { names } = this
    const matrix = names.map((_, row) => [...this.counts.subarray(row * names.length, (row + 1) * names.length)])
    const classes = names.map((name, n): ClassScore => {
      const count = sum(matrix[n]!)
      const said = sum(matrix.map(row => row[n]!))
      const right = matrix[n]![n]!
      return { name, count, recall: count === 0 ? null : right / count, precision: said === 0 ? null : right / said }
    })
    const count = sum(classes.map(each => each.count))
    if (count === 0) return null
    const recalls = classes.flatMap(({ recall }) => (recall === null ? [] : [recall]))
    return {
      count,
      accuracy: sum(names.map((_, n) => matrix[n]![n]!)) / count,
      balancedAccuracy: sum(recalls) / recalls.length,
      classes,
      matrix,
    }
  }
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
