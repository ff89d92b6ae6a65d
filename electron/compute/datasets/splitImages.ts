// Which images learn and which judge: by patient; where no patient is named, by image, and said so.
import { SagittaError } from '#common/errors'
import { randomStream } from '#models/layers/random'
import type { ImageSet } from './imageSet'
import { splitWithinStudies } from './imagesWithinStudy'
import { shuffled } from './shuffle'
import { WITHIN_STUDY_CAVEAT } from './split'

export interface ImageSplit {
  readonly train: ImageSet
  readonly validation: ImageSet
  readonly mode: 'patient' | 'image' | 'given' | 'within-study'
  readonly notices: readonly string[]
}

/**
 * Deterministic in the seed. Whole patients (or images) are held out until they have at least the asked share of the images.
 * @throws no-training-data for a single patient, or a single image.
 */
export function splitImages(images: ImageSet, fraction: number, seed: number): ImageSplit {
  const named = images.items.every(({ patient }) => patient !== '')
  const groupOf = (n: number): string => (named ? images.items[n]!.patient : String(n))
  const groups = new Map<string, number[]>()
  images.items.forEach((_, n) => add(groups, groupOf(n), n))
  if (groups.size < 2) throw oneGroup(images, named)
  const heldOut = new Set<number>()
  const order = shuffled([...groups.keys()], randomStream(seed, 'split'))
  for (const group of order.slice(0, -1)) {
    if (heldOut.size >= fraction * images.count) break
    groups.get(group)!.forEach(n => heldOut.add(n))
  }
  const indices = [...images.items.keys()]
  return {
    train: images.subset(indices.filter(n => !heldOut.has(n))),
    validation: images.subset(indices.filter(n => heldOut.has(n))),
    mode: named ? 'patient' : 'image',
    notices: named
      ? []
      : [
          `${images.name} names no patients, so single images are held out. If several are of one person, the validation is too good.`,
        ],
  }
}

/** Blocks of slices of the same scans are held out, and said so. @throws no-training-data */
export const withinStudies = (images: ImageSet, fraction: number, seed: number): ImageSplit => ({
  ...splitWithinStudies(images, fraction, seed),
  mode: 'within-study',
  notices: [
    `A block of slices of every scan judges: ${WITHIN_STUDY_CAVEAT}. How it does on other patients stays unknown.`,
  ],
})

/** The validation images were named; patients on both sides are refused (CASES T03). @throws split-overlap */
export function givenSplit(train: ImageSet, validation: ImageSet): ImageSplit {
  const patients = new Set(train.items.map(({ patient }) => patient))
  const both = [...new Set(validation.items.map(({ patient }) => patient))].filter(
    patient => patient !== '' && patients.has(patient),
  )
  if (both.length > 0)
    throw new SagittaError(
      'split-overlap',
      `The same patient would be in training and in validation: ${both.join(', ')}. Put all of a patient's images on one side.`,
      { patients: both },
    )
  return { train, validation, mode: 'given', notices: [] }
}

const oneGroup = (images: ImageSet, named: boolean): SagittaError =>
  new SagittaError(
    'no-training-data',
    named
      ? `All ${images.count} images are of one patient (${images.items[0]!.patient}), so none is left to judge by. Add a second patient, split within the scan, or name other images as validation.`
      : `${images.name} holds one image; a model of one image would learn it by heart. Add more images.`,
    { images: images.count },
  )

function add(groups: Map<string, number[]>, group: string, n: number): void {
  const members = groups.get(group)
  if (members) members.push(n)
  else groups.set(group, [n])
}
