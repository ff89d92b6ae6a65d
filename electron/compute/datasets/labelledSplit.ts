// What a classifier learns from and is judged by: the images of a split whose label is known.
import { SagittaError } from '#common/errors'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { ImageSet } from './imageSet'
import type { ImageSplit } from './splitImages'

/** @throws no-training-data when a side has no label, or what is learnt from has only one. */
export function labelledSplit(split: ImageSplit, config: LatentTrainConfig): ImageSplit {
  const { perClass } = config.classifier
  const all = known(split.train, config, 'to learn from')
  const train = all.select({ labels: null, perLabel: perClass, atMost: null, seed: config.seed })
  const validation = known(split.validation, config, 'to judge by')
  const [learnt, judged] = [shownBy(train), shownBy(validation)]
  if (learnt.size < 2)
    throw new SagittaError(
      'no-training-data',
      `All images of ${train.name} to learn from have one label (${[...learnt].join('')}); a classifier needs at least two. Choose other cases, labels or images.`,
      { source: train.name },
    )
  const [unlearnt, unjudged] = [without(judged, learnt), without(learnt, judged)]
  return {
    ...split,
    train,
    validation,
    notices: [
      ...split.notices,
      ...(unlearnt === '' ? [] : [`No image to learn from shows ${unlearnt}: it can't be learnt.`]),
      ...(unjudged === '' ? [] : [`No held-out image shows ${unjudged}: how well it is told stays unknown.`]),
    ],
  }
}

function known(images: ImageSet, { dataset }: LatentTrainConfig, purpose: string): ImageSet {
  const labelled = [...images.items.keys()].filter(n => images.items[n]!.label !== null)
  if (images.classNames.length > 0 && labelled.length > 0) return images.subset(labelled)
  throw new SagittaError(
    'no-training-data',
    dataset.kind === 'studies' && dataset.classes.length > 0
      ? `None of the images of ${images.name} ${purpose} lies on a complete slice, so nobody said what they show. Mark slices as complete, or choose other cases.`
      : `${images.name} has no labels ${purpose}. Name label maps with their classes, label files or folders.`,
    { source: images.name },
  )
}

const shownBy = (images: ImageSet): ReadonlySet<string> =>
  new Set(images.items.map(({ label }) => images.classNames[label!] ?? String(label)))

const without = (names: ReadonlySet<string>, others: ReadonlySet<string>): string =>
  [...names].filter(name => !others.has(name)).join(', ')
