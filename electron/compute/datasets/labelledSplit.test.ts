import { describe, expect, it } from 'vitest'
import { latentTrainConfigSchema } from '#common/latent/trainConfig'
import { ImageSet } from './imageSet'
import { labelledSplit } from './labelledSplit'
import type { ImageSplit } from './splitImages'

const CLASSES = ['none', 'Liver', 'Spleen']

/** Images of one pixel with these labels. */
const images = (labels: readonly (number | null)[], classNames: readonly string[] = CLASSES): ImageSet =>
  ImageSet.of({
    ...{ name: 'scans', shape: [1, 1, 1], values: new Float32Array(labels.length), classNames, scale: null },
    items: labels.map((label, n) => ({ id: `image ${n}`, patient: '', label, place: null })),
  })

const config = (perClass: number | null = null, kind: 'studies' | 'idx' = 'studies') =>
  latentTrainConfigSchema.parse({
    task: 'classifier',
    classifier: { perClass },
    dataset:
      kind === 'idx'
        ? { kind, images: 'images.idx' }
        : {
            ...{ kind, size: [1, 1], classes: [{ value: 1, name: 'Liver' }] },
            cases: [{ id: 'a', patient: '', image: 'a', labels: 'a' }],
          },
  })

const split = (train: readonly (number | null)[], validation: readonly (number | null)[]): ImageSplit => ({
  ...{ train: images(train), validation: images(validation), mode: 'patient', notices: [] },
})
const labelsOf = (set: ImageSet): number[] => [...set.labels()]

describe('what a classifier learns from and is judged by', () => {
  it('is what has a label', () => {
    const { train, validation } = labelledSplit(split([0, null, 1], [null, 1, 0]), config())
    expect([labelsOf(train), labelsOf(validation)]).toEqual([
      [0, 1],
      [1, 0],
    ])
  })

  it('is a few of each class to learn from, and everything to judge by', () => {
    const { train, validation } = labelledSplit(split([0, 0, 0, 1, 1, 1, 2], [0, 0, 0, 1, 2]), config(2))
    expect(labelsOf(train)).toEqual([0, 0, 1, 1, 2])
    expect(validation.count).toBe(5)
  })

  it('says which class is on one side only', () => {
    expect(labelledSplit(split([0, 1, 2], [0, 1]), config()).notices).toEqual([
      'No held-out image shows Spleen: how well it is told stays unknown.',
    ])
    expect(labelledSplit(split([0, 1], [0, 1, 2]), config()).notices).toEqual([
      "No image to learn from shows Spleen: it can't be learnt.",
    ])
  })

  it('is refused with one class, or without labels: of scans with the slices to complete', () => {
    expect(() => labelledSplit(split([1, 1], [0, 1]), config())).toThrow(/one label \(Liver\).*at least two/)
    expect(() => labelledSplit(split([null], [0, 1]), config())).toThrow(
      /None of the images of scans to learn from lies on a complete slice.*Mark slices as complete/,
    )
    expect(() => labelledSplit(split([0, 1], [null]), config())).toThrow(/to judge by lies on a complete slice/)
    expect(() => labelledSplit(split([null], [null]), config(null, 'idx'))).toThrow(/has no labels to learn from/)
  })
})
