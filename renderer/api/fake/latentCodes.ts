// Images and codes of the fake's phantoms: slices or patches, their principal components as codes, and a score for each of them.
import type { Codes, LatentModelInfo } from '#common/ipc/latent'
import type { StudySourceConfig } from '#common/latent/imageSource'
import { pointOfPca, fitPca, projectPca, rowsOf, type Pca } from '#common/latent/pca'
import type { FakeWorld } from './world'

/** HU that become 0 and 1. */
export const SCALE = { low: -160, high: 240 }

export interface FakeSet {
  readonly codes: Codes
  readonly images: Float32Array
  readonly logVariances: Float32Array | null
}

export interface FakeDecoder {
  readonly pca: Pca
  /** Standard deviations of a VAE's units, whose codes are measured by them; 1 for an autoencoder's. */
  readonly units: readonly number[]
}

/** The same numbers from the same seed. */
export function uniformOf(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
export const normalOf = (uniform: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())

interface MadeImages {
  readonly images: readonly Float32Array[]
  readonly places: readonly { volume: number; k: number; left: number; top: number; columns: number; rows: number }[]
  readonly labels: readonly number[]
}

/** Slices or patches, resampled to the model's shape; an image's label is the class most of its labelled pixels have. */
export function imagesOf(world: FakeWorld, source: StudySourceConfig, { shape }: LatentModelInfo): MadeImages {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!]
  const images: Float32Array[] = []
  const places: MadeImages['places'][number][] = []
  const labels: number[] = []
  for (const [volume, { image: id, labels: labelled }] of source.cases.entries()) {
    const { info, voxels } = world.volume(id)
    const [width, height, slices] = info.size
    const { image, truth } = voxels()
    const patch = source.unit === 'patches' ? Math.max(8, Math.floor(width / 4)) : width
    for (let k = 0; k < slices; k++)
      for (let top = 0; top + patch <= height; top += patch)
        for (let left = 0; left + patch <= width; left += patch) {
          const values = new Float32Array(rows * columns)
          const counts = new Map<number, number>()
          for (let r = 0; r < rows; r++)
            for (let c = 0; c < columns; c++) {
              const [j, i] = [
                top + Math.floor(((r + 0.5) / rows) * patch),
                left + Math.floor(((c + 0.5) / columns) * patch),
              ]
              const at = (k * height + j) * width + i
              values[r * columns + c] = Math.min(1, Math.max(0, (image[at]! - SCALE.low) / (SCALE.high - SCALE.low)))
              const label = truth[at]!
              if (label > 0) counts.set(label, (counts.get(label) ?? 0) + 1)
            }
          const [most] = [...counts].sort((a, b) => b[1] - a[1])
          images.push(values)
          places.push({ volume, k, left, top, columns: patch, rows: patch })
          labels.push(
            labelled === null ? -1 : most ? source.classes.findIndex(({ value }) => value === most[0]) + 1 : 0,
          )
        }
  }
  return { images, places, labels }
}

export function encoded(
  info: LatentModelInfo,
  source: StudySourceConfig,
  made: MadeImages,
  id: string,
  decoders: Map<string, FakeDecoder>,
  copies: number,
): FakeSet {
  const { units, task } = info
  const size = made.images[0]!.length
  const once = Float32Array.from(made.images.flatMap(image => Array.from(image)))
  const pca = fitPca(rowsOf(once, size))
  const decoder = {
    pca,
    units: Array.from({ length: units }, (_, d) => (task === 'vae' ? Math.sqrt(pca.variances[d]!) || 1 : 1)),
  }
  decoders.set(info.model, decoder)
  const coordinates = projectPca(pca, rowsOf(once, size), units)
  const count = made.images.length * copies
  const uniform = uniformOf(3)
  const values = Float32Array.from({ length: count * units }, (_, at) => {
    const exact = coordinates[at % coordinates.length]! / decoder.units[at % units]!
    return at < coordinates.length
      ? exact
      : exact + 0.35 * normalOf(uniform) * (task === 'vae' ? 1 : Math.sqrt(pca.variances[at % units]!))
  })
  const errors = Float32Array.from({ length: count }, (_, n) => {
    const image = made.images[n % made.images.length]!
    const back = pointOfPca(
      pca,
      coordinates.subarray((n % made.images.length) * units, ((n % made.images.length) + 1) * units),
    )
    return image.reduce((sum, value, p) => sum + (value - back[p]!) ** 2, 0)
  })
  const places = Array.from({ length: count }, (_, n) => made.places[n % made.places.length]!)
  const column = (read: (place: MadeImages['places'][number]) => number): Int32Array => Int32Array.from(places, read)
  const images = new Float32Array(count * size)
  for (let n = 0; n < count; n++) images.set(made.images[n % made.images.length]!, n * size)
  return {
    images,
    logVariances: task === 'vae' ? values.map((_, at) => -4 + (4 * (at % units)) / units) : null,
    codes: {
      ...{ codes: id, model: info.model, name: 'Phantoms', count, units, values, errors },
      ids: places.map(({ volume, k }) => `${source.cases[volume]!.id} slice ${k}`),
      patients: places.map(({ volume }) => source.cases[volume]!.patient),
      labels: Int32Array.from({ length: count }, (_, n) => made.labels[n % made.labels.length]!),
      classNames: source.classes.length > 0 ? ['none', ...source.classes.map(({ name }) => name)] : [],
      places: {
        volumeIds: source.cases.map(({ image }) => image),
        volume: column(place => place.volume),
        k: column(place => place.k),
        left: column(place => place.left),
        top: column(place => place.top),
        columns: column(place => place.columns),
        rows: column(place => place.rows),
      },
    },
  }
}
