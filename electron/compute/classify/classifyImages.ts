// A set of images under a classifier: the class of each, and how often that is right where labels are known.
import { SagittaError, cancelled } from '#common/errors'
import { Confusion, type ClassScores } from '#common/metrics/confusion'
import type { ImageSet } from '../datasets/imageSet'
import { likeliestClasses, type Classifier } from './classifier'

export interface ClassifiedImages {
  readonly images: ImageSet
  /** Names, in the order of the probabilities. */
  readonly classes: readonly string[]
  /** [n, classes] */
  readonly probabilities: Float32Array
  /** Class index of each image. */
  readonly found: Uint8Array
  /** Class index that is known of each image; null where it has no label, or one that the classifier does not know. */
  readonly known: readonly (number | null)[]
  /** null where nothing is known. */
  readonly scores: ClassScores | null
  readonly notices: readonly string[]
}

interface WorkOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

const BATCH = 256

/** @throws shape-mismatch when the images have another shape than the classifier takes; not-finite, cancelled. */
export async function classifyImages(
  classifier: Classifier,
  unscaled: ImageSet,
  options: WorkOptions = {},
): Promise<ClassifiedImages> {
  const { shape, scale, classes, name } = classifier.facts
  if (unscaled.shape.join() !== shape.join())
    throw new SagittaError(
      'shape-mismatch',
      `${unscaled.name} has images of ${unscaled.shape.join(' x ')}; ${name} was trained on ${shape.join(' x ')}. Give the source that size.`,
      { shape: [...unscaled.shape], expected: shape },
    )
  const images = unscaled.scaled(scale)
  const probabilities = new Float32Array(images.count * classes.length)
  for (let first = 0; first < images.count; first += BATCH) {
    if (options.signal?.aborted) throw cancelled('Classifying')
    const size = Math.min(BATCH, images.count - first)
    const batch = images.gather(Uint32Array.from({ length: size }, (_, n) => first + n))
    probabilities.set(await classifier.probabilities(batch), first * classes.length)
    options.onProgress?.(first + size, images.count)
  }
  const found = likeliestClasses(probabilities, classes.length)
  const { known, strangers } = knownClasses(images, classes)
  const confusion = new Confusion(classes)
  known.forEach((truth, n) => {
    if (truth !== null) confusion.add(truth, found[n]!)
  })
  const notices =
    strangers.length === 0
      ? []
      : [`${name} does not know ${strangers.join(', ')}: images with these labels are classed, and not judged.`]
  return { images, classes, probabilities, found, known, scores: confusion.scores(), notices }
}

/** Classes of a source and of a classifier are the same where their names are, whatever their numbers. */
function knownClasses(
  { items, classNames }: ImageSet,
  classes: readonly string[],
): { known: (number | null)[]; strangers: string[] } {
  const at = classNames.map(name => classes.indexOf(name))
  const known = items.map(({ label }) => {
    const index = label === null ? -1 : (at[label] ?? -1)
    return index < 0 ? null : index
  })
  const used = new Set(items.map(({ label }) => label))
  return { known, strangers: classNames.filter((_, label) => used.has(label) && at[label]! < 0) }
}

/** One line an image: what it is called, its slice, its class with the probability, what is known, and all probabilities. */
export function classTable({ images, classes, probabilities, found, known }: ClassifiedImages): string {
  const rows = images.items.map(({ id, place }, n) => {
    const all = probabilities.subarray(n * classes.length, (n + 1) * classes.length)
    const truth = known[n] ?? null
    return [
      ...[quoted(id), place?.k ?? '', quoted(classes[found[n]!]!), all[found[n]!]],
      truth === null ? '' : quoted(classes[truth]!),
      ...all,
    ].join(',')
  })
  const head = ['id', 'slice', 'class', 'probability', 'label', ...classes.map(name => `p ${name}`)].map(quoted)
  return `${[head.join(','), ...rows].join('\n')}\n`
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
