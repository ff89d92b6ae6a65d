// Image files under a folder: PNG, JPEG and TIFF, read by ITK's readers compiled to WebAssembly.
import { readdir } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { cancelled, SagittaError } from '#common/errors'
import type { FolderSourceConfig } from '#common/latent/imageSource'
import type { PlaneSize } from '#common/preprocessing/slicePlan'
import { centred, cut, resize } from './fitPlane'
import { BYTE_SCALE } from './idx'
import { ImageSet, type Item } from './imageSet'

const ENDINGS = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff'])

/**
 * All images under the folder, by path. Those in one folder with files of other kinds are taken, the other files left alone.
 * @throws no-images, corrupt-file naming the file; shape-mismatch naming the first image of another size when `size` is null.
 */
export async function folderImages(
  config: FolderSourceConfig,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<ImageSet> {
  const { folder, labels } = config
  const paths = await imagePaths(folder)
  if (paths.length === 0)
    throw new SagittaError('no-images', `${folder} holds no PNG, JPEG or TIFF files.`, { path: folder })
  const classNames = labels === 'folders' ? [...new Set(paths.map(path => classOf(folder, path)))].sort() : []
  const items: Item[] = []
  let bytesOnly = true
  let shape: readonly number[] | null = null
  let values = new Float32Array(0)
  for (const [n, path] of paths.entries()) {
    if (options.signal?.aborted) throw cancelled('Reading the images')
    const image = await readPicture(path)
    bytesOnly &&= image.bytes
    const fitted = fitPicture(image, config)
    shape ??= fitted.shape
    if (fitted.shape.join() !== shape.join()) throw otherSize(path, fitted.shape, shape)
    const elements = fitted.values.length
    if (n === 0) values = new Float32Array(elements * paths.length)
    values.set(fitted.values, n * elements)
    items.push({
      id: relative(folder, path),
      patient: '',
      label: labels === 'folders' ? classNames.indexOf(classOf(folder, path)) : null,
      place: null,
    })
    options.onProgress?.(n + 1, paths.length)
  }
  return ImageSet.of({
    ...{ name: folder, shape: shape!, values, items, classNames },
    scale: bytesOnly ? BYTE_SCALE : null,
  })
}

async function imagePaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const nested = await Promise.all(
    entries.map(async entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return imagePaths(path)
      return ENDINGS.has(extname(entry.name).toLowerCase()) ? [path] : []
    }),
  )
  return nested.flat().sort()
}

/** The first folder below the source's own. */
const classOf = (folder: string, path: string): string => {
  const parts = relative(folder, path).split(sep)
  return parts.length > 1 ? parts[0]! : ''
}

interface Picture extends PlaneSize {
  readonly path: string
  /** Channels one after the other: grey, or red, green, blue. */
  readonly planes: readonly Float32Array[]
  /** Values of 8 bits. */
  readonly bytes: boolean
}

async function readPicture(path: string): Promise<Picture> {
  // The package is pure ESM, and large: loaded when the first such image is opened.
  const { pngReadImageNode, jpegReadImageNode, tiffReadImageNode } = await import('@itk-wasm/image-io')
  const ending = extname(path).toLowerCase()
  const read = ending === '.png' ? pngReadImageNode : ending.startsWith('.j') ? jpegReadImageNode : tiffReadImageNode
  const { image } = await read(path).catch((cause: unknown) => {
    throw new SagittaError('corrupt-file', `${path} cannot be read as an image: it is damaged.`, { path }, { cause })
  })
  const data = image.data as ArrayLike<number> | null
  const { components } = image.imageType
  const [columns = 0, rows = 0] = image.size
  const pixels = columns * rows
  if (!data || pixels === 0 || data.length < pixels * components)
    throw new SagittaError('corrupt-file', `${path} cannot be read as an image: it is damaged.`, { path })
  const plane = (channel: number): Float32Array =>
    Float32Array.from({ length: pixels }, (_, p) => Number(data[p * components + channel]))
  // The second or fourth component is opacity.
  const planes = components >= 3 ? [plane(0), plane(1), plane(2)] : [plane(0)]
  return { path, columns, rows, planes, bytes: data instanceof Uint8Array || data instanceof Uint8ClampedArray }
}

/** Rec. 601 luma: what a grey network sees of a colour image. */
const LUMA = [0.299, 0.587, 0.114] as const

function fitPicture(picture: Picture, { size, fit, colour }: FolderSourceConfig) {
  const [red, green, blue] = picture.planes
  const planes =
    colour === 'grey' && red && green && blue
      ? [red.map((value, p) => LUMA[0] * value + LUMA[1] * green[p]! + LUMA[2] * blue[p]!)]
      : picture.planes
  const to = size ? { rows: size[0], columns: size[1] } : picture
  const fitted = planes.map(plane =>
    fit === 'resize'
      ? resize(plane, picture, to)
      : cut(plane, picture, centred(picture, { rows: to.rows, columns: to.columns })),
  )
  const pixels = to.rows * to.columns
  const values = new Float32Array(pixels * fitted.length)
  fitted.forEach((plane, c) => values.set(plane, c * pixels))
  return { shape: [fitted.length, to.rows, to.columns], values }
}

const otherSize = (path: string, shape: readonly number[], first: readonly number[]): SagittaError =>
  new SagittaError(
    'shape-mismatch',
    `${path} is ${shape.join(' x ')} and the images before it ${first.join(' x ')} (channels x rows x columns). Give "size" [rows, columns], and all are resized or cropped to it.`,
    { path, shape: [...shape], expected: [...first] },
  )
