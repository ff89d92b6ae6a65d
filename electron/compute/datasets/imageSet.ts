// Images of one shape with what is known of each: the one kind of data set that autoencoders and the latent explorer know.
import { SagittaError } from '#common/errors'
import type { Scale, Selection } from '#common/latent/imageSource'
import { randomStream } from '#models/layers/random'
import { writeScaled } from './scaled'
import { shuffled } from './shuffle'

/** Where an image lies in a volume: slice k, and the rectangle it shows, in acquired voxels (columns i, rows j). */
export interface Place {
  readonly volume: string
  readonly k: number
  readonly left: number
  readonly top: number
  readonly columns: number
  readonly rows: number
}

export interface Item {
  readonly id: string
  /** Empty when unknown. */
  readonly patient: string
  /** Class index, null without labels. */
  readonly label: number | null
  /** null for images that are no part of a volume. */
  readonly place: Place | null
}

export interface ImageSetParts {
  /** File or folder, for messages. */
  readonly name: string
  /** Of one image: [channels, rows, columns], or [units] for codes. */
  readonly shape: readonly number[]
  /** Raw values, image after image. */
  readonly values: Uint8Array | Float32Array
  readonly items: readonly Item[]
  /** Name per class index; empty without labels. */
  readonly classNames: readonly string[]
  /** null: values are used as they are. */
  readonly scale: Scale | null
}

export class ImageSet {
  /** Values of one image. */
  readonly elements: number

  /** @param rows which images of `values`, in the order of the items */
  private constructor(
    private readonly parts: ImageSetParts,
    readonly items: readonly Item[],
    private readonly rows: Uint32Array,
  ) {
    this.elements = parts.shape.reduce((a, b) => a * b, 1)
  }

  /** @throws no-training-data when there is no image; not-finite naming the first image with NaN or infinity (CASES T06). */
  static of(parts: ImageSetParts): ImageSet {
    if (parts.items.length === 0)
      throw new SagittaError('no-training-data', `${parts.name} holds no images that were asked for.`, {
        source: parts.name,
      })
    const set = new ImageSet(parts, parts.items, Uint32Array.from(parts.items.keys()))
    set.refuseNotFinite()
    return set
  }

  get name(): string {
    return this.parts.name
  }

  get shape(): readonly number[] {
    return this.parts.shape
  }

  get classNames(): readonly string[] {
    return this.parts.classNames
  }

  get scale(): Scale | null {
    return this.parts.scale
  }

  get count(): number {
    return this.items.length
  }

  /** Labels of the items. @throws no-training-data naming the source when it has none. */
  labels(): Int32Array {
    return Int32Array.from(this.items, ({ label, id }) => {
      if (label !== null) return label
      throw new SagittaError('no-training-data', `${this.name} has no labels (first image without: ${id}).`, {
        source: this.name,
      })
    })
  }

  /** Writes image n, scaled, into `out` from `at` on. */
  read(n: number, out: Float32Array | Float64Array, at = 0): void {
    const { values, scale } = this.parts
    const start = this.rows[n]! * this.elements
    writeScaled(values.subarray(start, start + this.elements), scale, out, at)
  }

  /** Bytes of image n as it was read, unscaled: for hashes. A view, not a copy. */
  raw(n: number): Uint8Array {
    const { values } = this.parts
    const bytes = this.elements * values.BYTES_PER_ELEMENT
    return new Uint8Array(values.buffer, values.byteOffset + this.rows[n]! * bytes, bytes)
  }

  /** Images of these indices, one after the other. */
  gather(indices: ArrayLike<number>): Float32Array {
    const out = new Float32Array(indices.length * this.elements)
    for (let n = 0; n < indices.length; n++) this.read(indices[n]!, out, n * this.elements)
    return out
  }

  /** Smallest and largest raw value. */
  range(): readonly [number, number] {
    let [low, high] = [Infinity, -Infinity]
    for (const row of this.rows)
      for (let p = row * this.elements, end = p + this.elements; p < end; p++) {
        const value = this.parts.values[p]!
        if (value < low) low = value
        if (value > high) high = value
      }
    return [low, high]
  }

  /** The same images under another scale. */
  scaled(scale: Scale | null): ImageSet {
    return new ImageSet({ ...this.parts, scale }, this.items, this.rows)
  }

  /** Some of the images, in this order; no value is copied. */
  subset(indices: ArrayLike<number>): ImageSet {
    const chosen = Uint32Array.from(indices)
    return new ImageSet(
      this.parts,
      Array.from(chosen, n => this.items[n]!),
      chosen.map(n => this.rows[n]!),
    )
  }

  /** @throws no-training-data when nothing is left. */
  select({ labels, perLabel, atMost, seed }: Selection): ImageSet {
    if (labels === null && perLabel === null && atMost === null) return this
    let chosen = [...this.items.keys()]
    if (labels) chosen = chosen.filter(n => labels.includes(this.items[n]!.label ?? -1))
    if (perLabel !== null || atMost !== null) chosen = shuffled(chosen, randomStream(seed, 'selection'))
    if (perLabel !== null) {
      const taken = new Map<number | null, number>()
      chosen = chosen.filter(n => {
        const label = this.items[n]!.label
        taken.set(label, (taken.get(label) ?? 0) + 1)
        return taken.get(label)! <= perLabel
      })
    }
    if (atMost !== null) chosen = chosen.slice(0, atMost)
    if (chosen.length === 0)
      throw new SagittaError('no-training-data', `${this.name} holds no images that were asked for.`, {
        source: this.name,
      })
    return this.subset(chosen.sort((a, b) => a - b))
  }

  private refuseNotFinite(): void {
    const { values, items, name } = this.parts
    if (values instanceof Uint8Array) return
    for (let p = 0; p < values.length; p++)
      if (!Number.isFinite(values[p]!)) {
        const { id } = items[Math.floor(p / this.elements)]!
        throw new SagittaError(
          'not-finite',
          `${id} in ${name} holds ${values[p]}. Nothing was trained; leave the image out or repair it.`,
          { source: name, item: id },
        )
      }
  }
}
