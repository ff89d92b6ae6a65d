// Slices and patches of prepared volumes as images, each with the voxels it shows.
import { SagittaError, cancelled } from '#common/errors'
import type { StudySourceConfig } from '#common/latent/imageSource'
import { inPlaneOf } from '#common/preprocessing/inPlane'
import type { PlaneSize } from '#common/preprocessing/slicePlan'
import { centred, cut, resize, type Window } from './fitPlane'
import { ImageSet, type Item, type Place } from './imageSet'
import { PreparedCase } from './preparedCase'
import { SliceCache } from './sliceCache'

/** Images kept in memory at most. */
const MOST_BYTES = 4 * 2 ** 30
const CACHE_BYTES = 64 * 2 ** 20

/**
 * @param headers of the prepared cases, in the order of the config's cases; prepared unscaled, so that one scale fits all
 * @throws no-training-data when no slice or patch fits the description; too-much-memory; not-finite; corrupt-file.
 */
export function studyImages(
  config: StudySourceConfig,
  headers: readonly string[],
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): ImageSet {
  if (headers.length !== config.cases.length)
    throw new SagittaError(
      'internal',
      `${headers.length} prepared volumes were given for ${config.cases.length} cases.`,
    )
  const images: Float32Array[] = []
  const items: Item[] = []
  const cache = new SliceCache(CACHE_BYTES)
  const [rows, columns] = config.size
  for (const [n, header] of headers.entries()) {
    if (options.signal?.aborted) throw cancelled('Reading the images')
    const prepared = PreparedCase.open(header, config.cases[n]!, cache)
    try {
      for (const found of imagesOf(prepared, config, n)) {
        images.push(found.values)
        items.push(found.item)
      }
    } finally {
      prepared.close()
    }
    refuseTooMany(images.length * rows * columns * 4)
    options.onProgress?.(n + 1, headers.length)
  }
  const values = new Float32Array(images.length * rows * columns)
  images.forEach((image, n) => values.set(image, n * image.length))
  const labelled = config.classes.length > 0 && items.some(({ label }) => label !== null)
  return ImageSet.of({
    name: config.cases.map(({ id }) => id).join(', '),
    shape: [1, rows, columns],
    values,
    items,
    classNames: labelled ? ['none', ...config.classes.map(({ name }) => name)] : [],
    scale: null,
  })
}

function refuseTooMany(bytes: number): void {
  if (bytes > MOST_BYTES)
    throw new SagittaError(
      'too-much-memory',
      `The images would take more than ${MOST_BYTES / 2 ** 30} GB. Take smaller or fewer patches: a larger step, or a box.`,
      { bytes },
    )
}

interface Found {
  readonly values: Float32Array
  readonly item: Item
}

function* imagesOf(prepared: PreparedCase, config: StudySourceConfig, caseIndex: number): Generator<Found> {
  const { network } = prepared
  const one = config.cases[caseIndex]!
  const { target } = prepared.header
  const asked = askedClasses(config)
  const size: PlaneSize = { rows: config.size[0], columns: config.size[1] }
  for (let k = 0; k < network.slices; k++) {
    if (config.box && (k < config.box.from[2] || k >= config.box.to[2])) continue
    const slice = prepared.values(k)
    // Where nobody said that the slice is complete, what is not labelled is unknown, not background (DESIGN 4).
    const classes = target && target.weights[k]! > 0 ? prepared.classes(k) : null
    if (target && !classes && config.keep !== 'all') continue
    for (const window of windowsOf(network, size, config)) {
      const place = placeOf(prepared, one.image, k, window)
      if (config.box && !inBox(place, config.box)) continue
      const label = classes ? labelOf(classes, network, window, config.labelBy) : null
      if (config.keep === 'free' && classes && shows(classes, asked, network, window)) continue
      if (config.keep === 'showing' && !(classes && shows(classes, asked, network, window))) continue
      const values =
        config.unit === 'slices' && config.fit === 'resize' ? resize(slice, network, size) : cut(slice, network, window)
      const at = config.unit === 'slices' ? `slice ${k}` : `slice ${k} at ${place.left}, ${place.top}`
      yield { values, item: { id: `${one.id} ${at}`, patient: one.patient, label, place } }
    }
  }
}

/** What of a slice becomes an image: all of it, its centre, or patch beside patch. Patches lie wholly inside. */
function* windowsOf(slice: PlaneSize, size: PlaneSize, config: StudySourceConfig): Generator<Window> {
  if (config.unit === 'slices') {
    yield config.fit === 'resize' ? { left: 0, top: 0, rows: slice.rows, columns: slice.columns } : centred(slice, size)
    return
  }
  const stepRows = config.step ?? size.rows
  const stepColumns = config.step ?? size.columns
  for (let top = 0; top + size.rows <= slice.rows; top += stepRows)
    for (let left = 0; left + size.columns <= slice.columns; left += stepColumns) yield { left, top, ...size }
}

/** From network pixels back to acquired voxels: unscaled, out of the body's box, and turned back. */
export function placeOf(prepared: PreparedCase, volume: string, k: number, window: Window): Place {
  const { box, network, grid } = prepared.header
  const [columns, rows] = [grid.size[0], grid.size[1]]
  const plane = inPlaneOf(grid.orientation, { columns, rows }, prepared.header.preprocessing.orientation)
  const across = box.columns / network.columns
  const down = box.rows / network.rows
  const left = clamp(Math.floor(box.left + window.left * across), plane.columns - 1)
  const top = clamp(Math.floor(box.top + window.top * down), plane.rows - 1)
  const right = clamp(Math.ceil(box.left + (window.left + window.columns) * across) - 1, plane.columns - 1)
  const bottom = clamp(Math.ceil(box.top + (window.top + window.rows) * down) - 1, plane.rows - 1)
  const acquired = (column: number, row: number): readonly [number, number] => {
    const at = plane.base + row * plane.rowStep + column * plane.columnStep
    return [at % columns, Math.floor(at / columns)]
  }
  const [a, b] = [acquired(left, top), acquired(right, bottom)]
  const [i, j] = [Math.min(a[0], b[0]), Math.min(a[1], b[1])]
  return { volume, k, left: i, top: j, columns: Math.abs(a[0] - b[0]) + 1, rows: Math.abs(a[1] - b[1]) + 1 }
}

const clamp = (value: number, last: number): number => Math.min(last, Math.max(0, value))

const inBox = (place: Place, { from, to }: NonNullable<StudySourceConfig['box']>): boolean =>
  place.left >= from[0] &&
  place.top >= from[1] &&
  place.left + place.columns <= to[0] &&
  place.top + place.rows <= to[1]

function* pixelsOf(slice: PlaneSize, window: Window): Generator<number> {
  for (let row = Math.max(0, window.top); row < Math.min(slice.rows, window.top + window.rows); row++)
    for (
      let column = Math.max(0, window.left);
      column < Math.min(slice.columns, window.left + window.columns);
      column++
    )
      yield row * slice.columns + column
}

/** Class indices that decide whether an image is kept. */
const askedClasses = ({ classes, keepBy }: StudySourceConfig): ReadonlySet<number> =>
  new Set(classes.flatMap(({ value }, n) => (keepBy === null || keepBy.includes(value) ? [n + 1] : [])))

function shows(classes: Uint8Array, asked: ReadonlySet<number>, slice: PlaneSize, window: Window): boolean {
  for (const pixel of pixelsOf(slice, window)) if (asked.has(classes[pixel]!)) return true
  return false
}

function labelOf(classes: Uint8Array, slice: PlaneSize, window: Window, by: StudySourceConfig['labelBy']): number {
  if (by === 'centre') {
    const row = clamp(window.top + (window.rows >> 1), slice.rows - 1)
    return classes[row * slice.columns + clamp(window.left + (window.columns >> 1), slice.columns - 1)]!
  }
  const counts = new Map<number, number>()
  for (const pixel of pixelsOf(slice, window)) {
    const value = classes[pixel]!
    if (value > 0) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].reduce((best, found) => (found[1] > best[1] ? found : best), [0, 0])[0]
}
