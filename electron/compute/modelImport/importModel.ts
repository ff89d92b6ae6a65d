// Taking in a model made elsewhere: its file and a card are checked against each other, it is tried once, and the card goes into its metadata.
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import { withMetadata } from '#models/onnx/index'
import { asAppErrors } from '../engineErrors'
import { whileWriting, writeAtomic } from '../files/atomic'
import { weightsBeside } from '../modelFile/externalWeights'
import { toProperties, type ModelMetadata } from '../modelFile/metadata'
import { parseOnnx, type ModelFile } from '../modelFile/readModel'
import { matchCard } from './matchCard'
import { ownModel } from './ownModel'
import { readCard } from './readCard'
import { tryModel } from './tryModel'

export interface ImportOptions {
  /** The ONNX file. */
  readonly file: string
  /** What the card file holds (see `importCardSchema`); null: the one inside, or the error says what it must hold. */
  readonly card: unknown
  /** Where the model goes, with its card inside; weights beside `file` are copied beside it. May be `file` itself. */
  readonly out: string
}

export interface Imported {
  readonly file: ModelFile
  /** Why a person should look twice. */
  readonly notices: readonly string[]
}

const CAVEAT = 'made elsewhere: judge it on scans you know before you use it'

/**
 * @throws not-found; model-invalid for a file that is no ONNX model or whose weights are missing; config-invalid naming every field that
 *   the card lacks; model-incompatible naming everything that does not fit; not-writable, disk-full. Nothing is written then.
 */
export async function importModel({ file: path, card: raw, out }: ImportOptions): Promise<Imported> {
  const bytes = await readFile(path)
  const onnx = parseOnnx(path, bytes)
  const own = raw === null ? await ownModel(path) : null
  if (own) return takeAsItIs(own, out)
  const card = readCard(raw, onnx, path)
  const matched = matchCard(card, onnx, path)
  const external = await weightsBeside(path, onnx)
  const metadata: ModelMetadata = {
    ...matched,
    provenance: {
      createdAt: new Date().toISOString(),
      imported: {
        file: basename(path),
        sha256: createHash('sha256').update(bytes).digest('hex'),
        licence: card.licence,
        source: card.source,
      },
      metrics: {},
      caveat: CAVEAT,
    },
  }
  const notices = await tryModel({ path, bytes, external, metadata })
  await write(
    out,
    path,
    asAppErrors(() => withMetadata(bytes, toProperties(metadata))),
    external,
  )
  return { file: { path: out, bytes: await readFile(out), external, metadata }, notices }
}

async function takeAsItIs(own: ModelFile, out: string): Promise<Imported> {
  const notices = await tryModel(own)
  await write(out, own.path, [own.bytes], own.external)
  return { file: { ...own, path: out }, notices }
}

/** Weights first: a model is never there without them. */
async function write(
  out: string,
  from: string,
  parts: readonly Uint8Array[],
  external: readonly string[],
): Promise<void> {
  const [source, target] = [dirname(resolve(from)), dirname(resolve(out))]
  const copied: string[] = []
  try {
    await mkdir(target, { recursive: true }).catch((thrown: unknown) => {
      throw whileWriting(target, thrown)
    })
    if (source !== target)
      for (const name of external) {
        const to = join(target, name)
        if (existsSync(to))
          throw new SagittaError(
            'not-writable',
            `${to} is there already, and the weights of ${from} would take its place. Choose an empty folder. Nothing was written.`,
            { path: to },
          )
        copied.push(to)
        await mkdir(dirname(to), { recursive: true })
        await copyFile(join(source, name), to).catch((thrown: unknown) => {
          throw whileWriting(to, thrown)
        })
      }
    await writeAtomic(out, parts)
  } catch (thrown) {
    for (const path of copied) await rm(path, { force: true })
    throw thrown
  }
}
