// Codes of a set of images under one model, with the images at hand: what the explorer asks about.
import { SagittaError, cancelled } from '#common/errors'
import type { Codes } from '#common/ipc/latent'
import type { ImageSet } from '../datasets/imageSet'
import { errorMaps, summedErrors } from './errors'
import type { LatentModel } from './latentModel'

export interface CodeSet {
  readonly id: string
  readonly model: LatentModel
  readonly images: ImageSet
  readonly codes: Float32Array
  readonly logVariances: Float32Array | null
  /** Empty without a decoder. */
  readonly errors: Float32Array
}

export interface WorkOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/** Values that go through between two looks at the signal: a tenth of a second of a convolutional model. */
const CHUNK_VALUES = 2 ** 18
/** Images at once, however small. */
const MOST_IMAGES = 256

/**
 * @throws shape-mismatch when the images have another shape than the model takes; model-incompatible without an encoder; cancelled;
 *   not-finite naming an image whose code is no number.
 */
export async function encodeImages(
  id: string,
  model: LatentModel,
  unscaled: ImageSet,
  options: WorkOptions = {},
): Promise<CodeSet> {
  const { shape, scale } = model.facts
  if (unscaled.shape.join() !== shape.join())
    throw new SagittaError(
      'shape-mismatch',
      `${unscaled.name} has images of ${unscaled.shape.join(' x ')}; ${model.facts.name} was trained on ${shape.join(' x ')}. Give the source that size.`,
      { shape: [...unscaled.shape], expected: shape },
    )
  const images = unscaled.scaled(scale)
  const total = images.count
  const codes = new Float32Array(total * model.units)
  const logVariances = model.facts.task === 'vae' ? new Float32Array(total * model.units) : null
  const errors = new Float32Array(model.info.decodes ? total : 0)
  const chunk = Math.min(MOST_IMAGES, Math.max(1, Math.floor(CHUNK_VALUES / images.elements)))
  for (let first = 0; first < total; first += chunk) {
    if (options.signal?.aborted) throw cancelled('Encoding')
    const size = Math.min(chunk, total - first)
    const batch = images.gather(Uint32Array.from({ length: size }, (_, n) => first + n))
    const encoded = await model.encode(batch)
    codes.set(encoded.codes, first * model.units)
    if (encoded.logVariances) logVariances?.set(encoded.logVariances, first * model.units)
    if (errors.length > 0) {
      const outputs = await model.decode(encoded.codes)
      errors.set(summedErrors(errorMaps(model.facts.error, batch, outputs), images.elements), first)
    }
    options.onProgress?.(first + size, total)
    // Sessions block: others are heard in between.
    await new Promise(resolve => setImmediate(resolve))
  }
  const wrong = codes.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) {
    const { id: item } = images.items[Math.floor(wrong / model.units)]!
    throw new SagittaError('not-finite', `The code of ${item} is no finite number under ${model.path}. Leave it out.`, {
      item,
    })
  }
  return { id, model, images, codes, logVariances, errors }
}

/** As it travels. */
export function codesOf({ id, model, images, codes, errors }: CodeSet): Codes {
  const { items } = images
  const volumeIds = [...new Set(items.flatMap(({ place }) => (place ? [place.volume] : [])))]
  const at = new Map(volumeIds.map((volume, n) => [volume, n]))
  const column = (read: (place: NonNullable<(typeof items)[number]['place']>) => number): Int32Array =>
    Int32Array.from(items, ({ place }) => (place ? read(place) : -1))
  return {
    codes: id,
    model: model.path,
    name: images.name,
    count: items.length,
    units: model.units,
    values: codes,
    errors,
    ids: items.map(item => item.id),
    patients: items.map(({ patient }) => patient),
    labels: Int32Array.from(items, ({ label }) => label ?? -1),
    classNames: [...images.classNames],
    places: {
      volumeIds,
      volume: column(({ volume }) => at.get(volume)!),
      k: column(({ k }) => k),
      left: column(({ left }) => left),
      top: column(({ top }) => top),
      columns: column(({ columns }) => columns),
      rows: column(({ rows }) => rows),
    },
  }
}

/** A box in voxels [left, right) x [top, bottom); null: the whole slice. */
export function itemsAt(
  { images }: CodeSet,
  volumeId: string,
  k: number,
  box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number } | null,
): Int32Array {
  return Int32Array.from(
    [...images.items.entries()].flatMap(([n, { place }]) => {
      if (place?.volume !== volumeId || place.k !== k) return []
      const inside =
        box === null ||
        (place.left < box.right &&
          place.left + place.columns > box.left &&
          place.top < box.bottom &&
          place.top + place.rows > box.top)
      return inside ? [n] : []
    }),
  )
}
