// Which patches a step learns from: half anywhere, half around a labelled pixel, every label as often as any other.
import type { TrainConfig } from '#common/ipc/training'
import { randomStream, type RandomStream } from '#models/layers/random'
import { applyIntensity, drawAugmentation } from './augmentation'
import { emphasise, type Emphasis } from './emphasis'
import type { ModelFacts } from '../modelFile/metadata'
import { neighbourhood, neighbourStep } from './neighbours'
import { cutClasses, cutValues, type PatchPlace } from './patch'
import type { PreparedCase } from './preparedCase'
import { pick } from './shuffle'
import type { SliceSet } from './sliceSets'

/** Batches of a training program: `image` [batch, 1 + 2 neighbours, rows, columns], `target` and `weight` [batch, rows, columns]. */
export interface Batch {
  readonly image: Float32Array
  readonly target: Int32Array
  readonly weight: Float32Array
  /** Where each patch came from, for messages. */
  readonly sources: readonly { readonly caseId: string; readonly slice: number }[]
}

export interface SamplerOptions {
  readonly cases: readonly PreparedCase[]
  readonly train: readonly SliceSet[]
  readonly batch: number
  /** [rows, columns] */
  readonly patch: readonly [number, number]
  readonly augmentation: TrainConfig['augmentation']
  readonly emphasis: Emphasis | null
  readonly neighbours: ModelFacts['network']['neighbours']
  readonly seed: number
}

interface Place {
  readonly case: PreparedCase
  readonly slice: number
}

/**
 * Every random choice comes from (seed, step): the same step draws the same batch whatever was drawn before, so there is no state
 * to save, and resuming goes on exactly (CASES T08, T09).
 */
export class PatchSampler {
  private readonly everywhere: readonly Place[]
  /** Per label that occurs: the slices that show it. */
  private readonly byLabel: readonly { readonly classIndex: number; readonly places: readonly Place[] }[]
  private readonly buffers: Omit<Batch, 'sources'>

  constructor(private readonly options: SamplerOptions) {
    const { cases, train, batch, patch, neighbours } = options
    this.everywhere = train.flatMap(({ caseIndex, slices }) =>
      slices.map(slice => ({ case: cases[caseIndex]!, slice })),
    )
    this.byLabel = labelsOf(cases).flatMap(classIndex => {
      const places = this.everywhere.filter(place => place.case.header.target!.counts[place.slice]![classIndex]! > 0)
      return places.length === 0 ? [] : [{ classIndex, places }]
    })
    const pixels = batch * patch[0] * patch[1]
    this.buffers = {
      image: new Float32Array(pixels * (1 + 2 * neighbours.count)),
      target: new Int32Array(pixels),
      weight: new Float32Array(pixels),
    }
  }

  /**
   * The batch of a step, counted from 0. Its arrays are those of the batch before, filled anew.
   * The second half of the patches contains a label each (nnU-Net oversamples a third; Isensee et al. 2021).
   */
  batch(step: number): Batch {
    const { batch, seed, emphasis } = this.options
    const sources = Array.from({ length: batch }, (_, index) =>
      this.fill(index, randomStream(seed, `patch/${step}/${index}`)),
    )
    if (emphasis) emphasise(this.buffers.weight, this.buffers.target, emphasis, step)
    return { ...this.buffers, sources }
  }

  private fill(index: number, random: RandomStream): Batch['sources'][number] {
    const { batch, patch, augmentation, neighbours } = this.options
    const onLabel = index >= batch >> 1 && this.byLabel.length > 0
    const { place, pixel } = onLabel ? this.labelled(random) : this.anywhere(random)
    const { case: one, slice } = place
    const { columns, rows, slices } = one.network
    const { turn, intensity, reversed } = drawAugmentation(augmentation, random)
    const cut: PatchPlace = {
      columns,
      rows,
      column: pixel % columns,
      row: Math.floor(pixel / columns),
      patchRows: patch[0],
      patchColumns: patch[1],
      turn,
    }
    const pixels = patch[0] * patch[1]
    const channels = 1 + 2 * neighbours.count
    const image = this.buffers.image.subarray(index * channels * pixels, (index + 1) * channels * pixels)
    const around = { count: neighbours.count, step: neighbourStep(neighbours.mm, one.header.spacingMm), slices }
    neighbourhood(slice, around, reversed).forEach((k, channel) =>
      cutValues(one.values(k), cut, image.subarray(channel * pixels, (channel + 1) * pixels)),
    )
    const [from, to] = [index * pixels, (index + 1) * pixels]
    cutClasses(one.classes(slice), cut, this.buffers.target.subarray(from, to), this.buffers.weight.subarray(from, to))
    if (intensity) applyIntensity(image, intensity, random)
    return { caseId: one.id, slice }
  }

  /** A patch that lies inside its slice where it fits. */
  private anywhere(random: RandomStream): { place: Place; pixel: number } {
    const place = pick(this.everywhere, random)
    const { columns, rows } = place.case.network
    const [patchRows, patchColumns] = this.options.patch
    return { place, pixel: centre(rows, patchRows, random) * columns + centre(columns, patchColumns, random) }
  }

  /** Any label, any slice that shows it, any of its pixels there; moved so that the patch lies inside its slice where it fits. */
  private labelled(random: RandomStream): { place: Place; pixel: number } {
    const { classIndex, places } = pick(this.byLabel, random)
    const place = pick(places, random)
    const { columns, rows } = place.case.network
    const wanted = Math.floor(random.uniform() * place.case.header.target!.counts[place.slice]![classIndex]!)
    const pixel = nthOf(place.case.classes(place.slice), classIndex, wanted)
    const [patchRows, patchColumns] = this.options.patch
    const [jitterRow, jitterColumn] = [jitter(patchRows, random), jitter(patchColumns, random)]
    const row = inside(Math.floor(pixel / columns) + jitterRow, rows, patchRows)
    return { place, pixel: row * columns + inside((pixel % columns) + jitterColumn, columns, patchColumns) }
  }
}

const labelsOf = (cases: readonly PreparedCase[]): number[] =>
  (cases[0]?.header.target?.table.values ?? []).map((_, n) => n + 1)

/** Up to a quarter of the patch: the label is not always in the middle. */
const jitter = (patch: number, random: RandomStream): number => Math.floor((random.uniform() - 0.5) * (patch / 2))

const centre = (size: number, patch: number, random: RandomStream): number =>
  size <= patch ? size >> 1 : (patch >> 1) + Math.floor(random.uniform() * (size - patch + 1))

const inside = (at: number, size: number, patch: number): number =>
  size <= patch ? size >> 1 : Math.min(Math.max(at, patch >> 1), size - patch + (patch >> 1))

function nthOf(classes: Uint8Array, classIndex: number, wanted: number): number {
  let found = -1
  for (let n = 0; n <= wanted; n++) found = classes.indexOf(classIndex, found + 1)
  return found
}
