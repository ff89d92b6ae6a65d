// `sagitta latent classify`: what a trained classifier says of images, or of every pixel of a scan.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { ImageSourceConfig } from '#common/latent/imageSource'
import type { ClassScores } from '#common/metrics/confusion'
import {
  Classifier,
  classifyImages,
  classifyPixels,
  classTable,
  openImages,
  PreparedCase,
  SliceCache,
} from '#compute/index'
import { openVolume, writeLabelFile } from '#study/index'
import { readArguments, required, UsageError, wholeNumber, type Command, type CommandIo } from '../../command'
import { table } from '../../table'
import { pathsFrom } from '../labelledCase'
import { prepareImages } from '../prepareImages'
import { writeText } from './files'
import { sourceAt } from './source'

export const latentClassify: Command = {
  name: 'latent classify',
  usage: `latent classify MODEL SOURCE --out TABLE.csv | LABELS.nii.gz | FOLDER [--step 1]
  The class of every image with its probability; accuracy and balanced accuracy where labels are known. A classifier of pixels (patches by
  their centre) writes the label map of a scan, or into a folder one for each; --step classes every so many pixels only.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['MODEL', 'SOURCE'], {
      out: { type: 'string' },
      step: { type: 'string', default: '1' },
    })
    const out = resolve(required(values.out, '--out TABLE.csv, LABELS.nii.gz or FOLDER'))
    const step = wholeNumber(values.step, '--step', 1)
    const [modelPath, path] = positionals as [string, string]
    const classifier = await Classifier.open(resolve(modelPath), { provider: 'cpu', threads: null })
    const cache = await mkdtemp(join(tmpdir(), 'sagitta-classify-'))
    try {
      const asked: Asked = { classifier, source: await alike(path, classifier, io), path, out, cache, io }
      return /\.csv$/i.test(out) ? await tableOf(asked) : await labelMapsOf(asked, step)
    } finally {
      await classifier.release()
      await rm(cache, { recursive: true, force: true })
    }
  },
}

interface Asked {
  readonly classifier: Classifier
  readonly source: ImageSourceConfig
  /** As it was named: paths inside are relative to it. */
  readonly path: string
  readonly out: string
  readonly cache: string
  readonly io: CommandIo
}

/** Scans are cut to the body as the classifier's own were, unless the source says otherwise. */
async function alike(path: string, classifier: Classifier, io: CommandIo): Promise<ImageSourceConfig> {
  const source = await sourceAt(path, classifier, io)
  if (source.kind !== 'studies' || source.crop !== null) return source
  return { ...source, crop: classifier.facts.preparation.crop }
}

async function tableOf({ classifier, source, path, out, cache, io }: Asked) {
  const prepared = await prepareImages(source, pathsFrom(path), join(cache, 'prepared'), io)
  const images = await openImages(prepared.source, { headers: prepared.headers, signal: io.signal })
  const classified = await classifyImages(classifier, images, {
    signal: io.signal,
    onProgress: (done, total) => io.progress(`Classifying: ${done} of ${total}`),
  })
  for (const notice of classified.notices) io.log(notice)
  await writeText(out, classTable(classified), io)
  const { classes, found, scores, notices } = classified
  const counts = classes.map((name, n) => ({ name, count: found.filter(each => each === n).length }))
  say(scores, io)
  return { out, count: images.count, classes: counts, scores, notices }
}

async function labelMapsOf({ classifier, source, path, out, cache, io }: Asked, step: number) {
  if (source.kind !== 'studies')
    throw new UsageError(`${out}: only scans get label maps. Classes of other images are written as a table (.csv).`)
  const single = /\.nii(\.gz)?$/i.test(out)
  if (single && source.cases.length > 1)
    throw new UsageError(`${path} holds ${source.cases.length} scans: name a folder, which gets a label map for each.`)
  if (!single) await mkdir(out, { recursive: true })
  const at = pathsFrom(path)
  const { facts } = classifier
  const known = ['none', ...source.classes.map(({ name }) => name)].map(name => indexOrNull(facts.classes, name))
  const maps: { id: string; out: string; labels: LabelCount[]; scores: ClassScores | null }[] = []
  for (const [n, one] of source.cases.entries()) {
    const prepared = await prepareImages({ ...source, cases: [one] }, at, join(cache, String(n)), io)
    const volume = await openVolume(at(one.image), { signal: io.signal })
    const image = PreparedCase.open(prepared.headers[0]!, one, new SliceCache(SLICES_BYTES))
    const voxels = new Uint16Array(volume.info.size[0] * volume.info.size[1] * volume.info.size[2])
    const { values } = classifier
    try {
      const scores = await classifyPixels({
        ...{ classifier, image, step, known, signal: io.signal },
        onProgress: (done, total) => io.progress(`Classifying ${one.id}: slice ${done} of ${total}`),
        onSlice: (k, classes) =>
          voxels.set(
            Uint16Array.from(classes, found => values[found]!),
            k * classes.length,
          ),
      })
      const file = single ? out : join(out, `${encodeURIComponent(one.id)}.nii.gz`)
      await writeLabelFile(file, voxels, volume.info)
      const labels = countsOf(voxels, facts.classes, values)
      io.print(file)
      for (const { name, voxels: number } of labels) io.print(`${name}: ${number} voxels`)
      say(scores, io)
      maps.push({ id: one.id, out: file, labels, scores })
    } finally {
      image.close()
    }
  }
  return { out, maps }
}

const SLICES_BYTES = 32 * 2 ** 20

function indexOrNull(names: readonly string[], name: string): number | null {
  const at = names.indexOf(name)
  return at < 0 ? null : at
}

interface LabelCount {
  readonly value: number
  readonly name: string
  readonly voxels: number
}

function countsOf(voxels: Uint16Array, classes: readonly string[], values: readonly number[]): LabelCount[] {
  const counts = new Map<number, number>()
  for (const value of voxels) counts.set(value, (counts.get(value) ?? 0) + 1)
  return classes.flatMap((name, n) =>
    values[n]! > 0 ? [{ value: values[n]!, name, voxels: counts.get(values[n]!) ?? 0 }] : [],
  )
}

function say(scores: ClassScores | null, io: CommandIo): void {
  if (!scores) return
  io.print(
    `accuracy ${scores.accuracy.toFixed(3)}, balanced accuracy ${scores.balancedAccuracy.toFixed(3)} of ${scores.count}`,
  )
  io.print(
    table(
      ['class', 'count', 'recall', 'precision'],
      scores.classes.map(({ name, count, recall, precision }) => [name, count, recall, precision]),
    ),
  )
}
