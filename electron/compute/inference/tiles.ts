// How a slice is shown to a network: whole where that fits, else in overlapping windows whose answers are blended.
import { roundUp } from '#common/preprocessing/padding'
import type { PlaneSize } from '#common/preprocessing/slicePlan'

export interface Tiling {
  /** The slice after padding, right and below. */
  readonly padded: PlaneSize
  /** Size of one run. */
  readonly window: PlaneSize
  readonly places: readonly { readonly left: number; readonly top: number }[]
}

export interface TilingOptions {
  /** Sizes the network takes are multiples of this. */
  readonly multiple: number
  /** Size of its training patches; null where it takes any size. */
  readonly trained: PlaneSize | null
  /** Runs have the size `trained` and no other. */
  readonly exactSize?: boolean | undefined
  /** Share by which windows overlap at least; half where nothing else is said. */
  readonly overlap?: number | undefined
}

/**
 * A side up to this much longer than in training is shown whole. Beyond, normalisation layers would see another mix of body and air
 * than they learnt with; below, the slice is padded as it was in training.
 */
const LONGER = 1.25
/** Longest side of one run where training says nothing: 16 channels of float32 at full resolution are then 64 MB. */
const LONGEST = 1024

export function tilingOf(size: PlaneSize, options: TilingOptions): Tiling {
  const { trained, overlap } = options
  const columns = sideOf(size.columns, trained?.columns, options)
  const rows = sideOf(size.rows, trained?.rows, options)
  const places = windowStarts(rows.padded, rows.window, overlap).flatMap(top =>
    windowStarts(columns.padded, columns.window, overlap).map(left => ({ left, top })),
  )
  return {
    padded: { columns: columns.padded, rows: rows.padded },
    window: { columns: columns.window, rows: rows.window },
    places,
  }
}

function sideOf(
  size: number,
  trained: number | undefined,
  { multiple, exactSize = false }: TilingOptions,
): { padded: number; window: number } {
  const padded = Math.max(roundUp(size, multiple), trained ?? 0)
  const longest = trained === undefined ? Math.max(multiple, Math.floor(LONGEST / multiple) * multiple) : trained
  const whole = padded <= (trained === undefined ? longest : trained * (exactSize ? 1 : LONGER))
  return { padded, window: whole ? padded : longest }
}

/** Start of each window along one axis: windows overlap by at least that share, the last one ends at the border. */
export function windowStarts(size: number, window: number, overlap = 0.5): number[] {
  if (size <= window) return [0]
  const count = Math.ceil((size - window) / Math.max(1, window * (1 - overlap))) + 1
  return Array.from({ length: count }, (_, n) => Math.round((n * (size - window)) / (count - 1)))
}

/** Copies one window of a padded plane. */
export function cutWindow<T extends Float32Array | Int32Array>(
  plane: T,
  { padded, window }: Tiling,
  { left, top }: Tiling['places'][number],
  out: T,
): void {
  for (let row = 0; row < window.rows; row++) {
    const from = (top + row) * padded.columns + left
    out.set(plane.subarray(from, from + window.columns), row * window.columns)
  }
}

/** Collects the windows' answers for one slice. */
export class Blend {
  private readonly sums: readonly Float32Array[]
  private readonly total: Float32Array
  private readonly weights: Float32Array

  constructor(
    private readonly tiling: Tiling,
    readonly classes: number,
  ) {
    const { padded, window } = tiling
    this.sums = Array.from({ length: classes }, () => new Float32Array(padded.columns * padded.rows))
    this.total = new Float32Array(padded.columns * padded.rows)
    this.weights = windowWeights(window)
  }

  /** For the next slice. */
  clear(): void {
    for (const sum of this.sums) sum.fill(0)
    this.total.fill(0)
  }

  /** @param probabilities [classes, window rows, window columns] */
  add({ left, top }: Tiling['places'][number], probabilities: Float32Array): void {
    const { padded, window } = this.tiling
    const pixels = window.columns * window.rows
    for (let row = 0; row < window.rows; row++)
      for (let column = 0; column < window.columns; column++) {
        const at = row * window.columns + column
        const to = (top + row) * padded.columns + left + column
        const weight = this.weights[at]!
        this.total[to]! += weight
        for (let c = 0; c < this.sums.length; c++) this.sums[c]![to]! += weight * probabilities[c * pixels + at]!
      }
  }

  /** One padded plane per class. */
  planes(): readonly Float32Array[] {
    for (const sum of this.sums) for (let n = 0; n < sum.length; n++) sum[n]! /= this.total[n]!
    return this.sums
  }
}

/**
 * How much a window's pixels count, row-major: a Gaussian of an eighth of the window, since predictions are worst at its border
 * (Isensee et al. 2021, nnU-Net). At a corner still 1e-7, so that every pixel has an answer.
 */
export function windowWeights({ columns, rows }: PlaneSize): Float32Array {
  const bell = (n: number, size: number): number => Math.exp(-0.5 * ((n - (size - 1) / 2) / (size / 8)) ** 2)
  const weights = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      weights[row * columns + column] = bell(row, rows) * bell(column, columns)
  return weights
}
