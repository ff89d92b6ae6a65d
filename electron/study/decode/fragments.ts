// Encapsulated pixel data (PS3.5 annex A.4): which bytes of the file are which frame.
import { truncated } from './errors'
import type { OpenFile } from '../intake/bytes'
import type { PixelFile } from '../intake/types'

export interface Fragment {
  /** Of the fragment's value in the file. */
  readonly offset: number
  readonly length: number
}

const ITEM = 0xfffee000
const DELIMITER = 0xfffee0dd
/** First bytes of a JPEG or JPEG-LS (SOI), JPEG 2000 or HTJ2K (SOC) codestream: a fragment that starts so starts a frame. */
const FRAME_STARTS = [0xffd8ff, 0xff4fff]

export interface FrameIndex {
  /** Fragments of each frame. */
  readonly frames: readonly (readonly Fragment[])[]
  /** False when the element ended without its delimiter; harmless when all fragments are there. */
  readonly delimited: boolean
}

/** Reads item headers only: 8 bytes per fragment, and where it matters the first bytes of its value. */
export async function indexFrames(file: OpenFile, pixels: PixelFile): Promise<FrameIndex> {
  const { items, delimited } = await readItems(file, pixels)
  const [table, ...fragments] = items
  if (!table || fragments.length === 0) throw truncated(pixels, 0, 'has no data')
  const frames = await assignFrames(file, pixels, table, fragments)
  if (frames.length < pixels.layout.frames) throw truncated(pixels, frames.length, 'and those after it are missing')
  return { frames, delimited }
}

async function readItems(file: OpenFile, pixels: PixelFile): Promise<{ items: Fragment[]; delimited: boolean }> {
  const header = new Uint8Array(8)
  const view = new DataView(header.buffer)
  const items: Fragment[] = []
  let at = pixels.offset
  while ((await file.readInto(header, at)) === 8) {
    const tag = view.getUint16(0, true) * 0x10000 + view.getUint16(2, true)
    if (tag === DELIMITER) return { items, delimited: true }
    if (tag !== ITEM) return { items, delimited: false }
    const length = view.getUint32(4, true)
    if (at + 8 + length > file.size)
      throw truncated(pixels, Math.max(0, items.length - 1), `has ${file.size - at - 8} of ${length} bytes`)
    items.push({ offset: at + 8, length })
    at += 8 + length
  }
  return { items, delimited: false }
}

/** By count where it fits, by the basic offset table where there is one, else by what the fragments start with. */
async function assignFrames(
  file: OpenFile,
  pixels: PixelFile,
  table: Fragment,
  fragments: readonly Fragment[],
): Promise<Fragment[][]> {
  const { frames } = pixels.layout
  if (frames === 1) return [[...fragments]]
  if (fragments.length === frames) return fragments.map(fragment => [fragment])
  const starts = await tableStarts(file, table, fragments, frames)
  return starts ? cut(fragments, starts) : cut(fragments, await codestreamStarts(file, fragments))
}

const cut = (fragments: readonly Fragment[], starts: readonly number[]): Fragment[][] =>
  starts.map((start, index) => fragments.slice(start, starts[index + 1] ?? fragments.length))

/** Offsets count from the first fragment's item tag (PS3.5 A.4). Null when the table is empty or contradicts the fragments. */
async function tableStarts(
  file: OpenFile,
  table: Fragment,
  fragments: readonly Fragment[],
  frames: number,
): Promise<number[] | null> {
  if (table.length !== frames * 4) return null
  const bytes = new Uint8Array(table.length)
  await file.readInto(bytes, table.offset)
  const view = new DataView(bytes.buffer)
  const origin = fragments[0]!.offset
  const starts = Array.from({ length: frames }, (_, frame) => {
    const offset = view.getUint32(frame * 4, true)
    return fragments.findIndex(fragment => fragment.offset - origin === offset)
  })
  const ascending = starts.every((start, index) => start >= 0 && (index === 0 || start > starts[index - 1]!))
  return ascending && starts[0] === 0 ? starts : null
}

async function codestreamStarts(file: OpenFile, fragments: readonly Fragment[]): Promise<number[]> {
  const first = new Uint8Array(3)
  const starts: number[] = []
  for (const [index, fragment] of fragments.entries()) {
    await file.readInto(first, fragment.offset)
    if (FRAME_STARTS.includes(first[0]! * 0x10000 + first[1]! * 0x100 + first[2]!)) starts.push(index)
  }
  return starts
}

/** The frame's codestream, its fragments joined. */
export async function readFragments(file: OpenFile, fragments: readonly Fragment[]): Promise<Uint8Array> {
  const bytes = new Uint8Array(fragments.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const { offset, length } of fragments) {
    await file.readInto(bytes.subarray(at, at + length), offset)
    at += length
  }
  return bytes
}
