// Siemens mosaics: all slices of one moment as tiles of a single image. Which tile is where, in the image and in the patient.
import { planeAxes } from '../geometry/stack'
import { add, dot, scale } from '../geometry/vector'
import type { Vec3 } from '../geometry/types'
import type { Attributes, Tag } from './attributes'
import { csaImageHeader } from './csa'
import type { FrameFacts } from './frames'
import type { PixelLayout } from './pixelLayout'
import { TAGS } from './tags'

/** Left upper corner of a tile in the stored image. */
export interface Tile {
  readonly column: number
  readonly row: number
}

export interface Mosaic {
  readonly rows: number
  readonly columns: number
  readonly tiles: readonly Tile[]
  /** Per tile. */
  readonly frames: readonly FrameFacts[]
}

const NUMBER_OF_IMAGES: Tag = 'x0019100a'

/** Null when the image is no mosaic, or does not say enough to be taken apart truthfully. */
export function mosaicOf(attributes: Attributes, layout: PixelLayout, whole: FrameFacts): Mosaic | null {
  if (layout.frames !== 1 || !attributes.strings(TAGS.ImageType).includes('MOSAIC')) return null
  const csa = csaImageHeader(attributes)
  const count = attributes.unsigned(NUMBER_OF_IMAGES) ?? Number(csa?.get('NumberOfImagesInMosaic')?.[0] ?? NaN)
  const gapMm = attributes.decimal(TAGS.SpacingBetweenSlices) ?? whole.thicknessMm
  if (!Number.isInteger(count) || count < 1 || !gapMm) return null
  const across = Math.ceil(Math.sqrt(count))
  if (layout.columns % across !== 0 || layout.rows % across !== 0) return null
  const [columns, rows] = [layout.columns / across, layout.rows / across]
  const tiles = Array.from({ length: count }, (_, n) => ({
    column: (n % across) * columns,
    row: Math.floor(n / across) * rows,
  }))
  const normalText = csa?.get('SliceNormalVector')?.map(Number) ?? []
  const places = placesOf(whole, layout, { columns, rows, count, gapMm }, normalText)
  return { rows, columns, tiles, frames: tiles.map((_, n) => ({ ...whole, positionLps: places?.[n] ?? null })) }
}

/**
 * The position of a mosaic is that of a slice as large as the mosaic, centred like the tiles: move the corner in by half the
 * difference. Tiles follow along SliceNormalVector, which may run against the cross product of rows and columns.
 */
function placesOf(
  whole: FrameFacts,
  layout: PixelLayout,
  tile: { columns: number; rows: number; count: number; gapMm: number },
  normalText: readonly number[],
): Vec3[] | null {
  const axes = planeAxes(whole.orientation)
  if (!axes || !whole.positionLps || !whole.pixelSpacingMm) return null
  const [x, y] = whole.pixelSpacingMm
  const inward = add(
    scale(axes.row, (x * (layout.columns - tile.columns)) / 2),
    scale(axes.column, (y * (layout.rows - tile.rows)) / 2),
  )
  const first = add(whole.positionLps, inward)
  const [a = 0, b = 0, c = 0] = normalText
  const sense = normalText.length === 3 && dot(axes.normal, [a, b, c]) < 0 ? -1 : 1
  return Array.from({ length: tile.count }, (_, n) => add(first, scale(axes.normal, sense * tile.gapMm * n)))
}
