// @vitest-environment happy-dom
// A model beside the labels drawn by hand, over the fake: what is compared, what is not and why, and the queue it leads to.
import { describe, expect, it } from 'vitest'
import type { HandAgreement, ModelCard } from '#common/ipc/compute'
import { createFakeApi, FAKE_LABELS, latentModel } from '../../api/fake'
import { useJobs, useModels, useProject } from '../../stores'
import { inApp, until, withStores } from '../../testing/stores'
import { useAnomaly } from './anomaly'
import { useCodes } from './codes'
import { agreementText, compareProgress, reasonsOf, useHandComparison } from './handComparison'

const card = (part: Partial<ModelCard>): ModelCard => ({
  ...{ path: '/models/phantom.onnx', name: 'Phantom', task: 'segmentation', segments: true },
  ...{ description: '', origin: 'bundled' },
  ...{ labels: FAKE_LABELS.map(({ value, name, color }) => ({ value, name, color })), modality: 'CT' },
  ...{ spacingMm: null, caveat: null, metrics: {}, createdAt: '2024-03-01T00:00:00Z', bytes: 1 },
  ...part,
})

/** Three coded series: the first drawn as the phantom is, the second without its first label, the third not complete. */
async function coded() {
  const fake = createFakeApi()
  const { world } = fake
  world.latentModels = [latentModel({})]
  world.models = [
    card({}),
    card({ path: latentModel({}).model, name: 'Abdomen VAE', task: 'vae', segments: false, origin: 'run' }),
  ]
  const [first, second, third] = world.volumes.map(({ info, voxels }) => ({ id: info.id, truth: voxels().truth }))
  world.labelMap(first!.id).replace(Uint16Array.from(first!.truth), 'import', 'Import', true)
  const wrong = Uint16Array.from(second!.truth, value => (value === FAKE_LABELS[0]!.value ? 0 : value))
  world.labelMap(second!.id).replace(wrong, 'import', 'Import', true)
  world.labelMap(third!.id).replace(Uint16Array.from(third!.truth), 'import', 'Import', false)
  world.project = {
    ...world.newProject('/projects/abdomen', 'Abdomen', false),
    sources: world.volumes.map(({ info }) => ({
      ...{ volumeId: info.id, path: info.source, status: 'here', info, labelled: true },
    })),
  }
  const stores = withStores(fake)
  const used = inApp(stores, () => ({
    ...{ anomaly: useAnomaly(), codes: useCodes(), hand: useHandComparison(), jobs: useJobs() },
    ...{ models: useModels(), project: useProject() },
  }))
  await used.project.load()
  await used.models.load()
  await until(() => used.codes.ready === true)
  await used.codes.encode()
  return { ...used, world, ids: [first!.id, second!.id, third!.id] as const }
}

describe('a model beside the hand', () => {
  it('is not compared until somebody chooses a model, of those that segment', async () => {
    const { anomaly, hand } = await coded()
    expect(hand.options.map(({ value }) => value)).toEqual(['/models/phantom.onnx'])
    await anomaly.rank()
    expect(hand.summary).toBeNull()
    expect(anomaly.result!.cases.map(({ disagreement }) => disagreement)).toEqual([null, null, null])
  })

  it('puts the series on which they disagree first, and says why others were not compared', async () => {
    const { anomaly, hand, world, ids } = await coded()
    hand.model = '/models/phantom.onnx'
    const before = world.volumes.map(({ info }) => world.labelMap(info.id).state())
    await anomaly.rank()
    const cases = anomaly.result!.cases
    expect(cases[0]).toMatchObject({ id: ids[1], conspicuous: 1 })
    expect(cases[0]!.reason).toContain('Model and hand disagree')
    expect(cases.find(({ id }) => id === ids[0])!.disagreement).toBe(0)
    expect(cases.find(({ id }) => id === ids[2])!.disagreement).toBeNull()
    expect(hand.summary).toBe('Phantom and the hand compared on 2 of 3 series.')
    expect(hand.left).toEqual([
      { reason: 'None of its slices is marked complete.', names: [expect.stringContaining('Portal venous')] },
    ])
    expect(world.volumes.map(({ info }) => world.labelMap(info.id).state())).toEqual(before)
    hand.model = null
    await until(() => anomaly.result === null)
    expect(hand.summary).toBeNull()
  })

  it('is stopped with the ranking, which then says nothing', async () => {
    const { anomaly, hand } = await coded()
    hand.model = '/models/phantom.onnx'
    const ranked = anomaly.rank()
    await until(() => anomaly.job !== null)
    anomaly.job!.stop()
    await ranked
    expect([anomaly.result, anomaly.error, hand.agreements]).toEqual([null, null, null])
  })
})

describe('in words', () => {
  const found: HandAgreement = {
    ...{ volumeId: 'a', slices: 12, worstSlice: 3, reason: null, dice: 0.7 },
    labels: [
      { name: 'Liver', dice: 0.9 },
      { name: 'Spleen', dice: null },
      { name: 'Lesion', dice: 0.5 },
    ],
  }
  const left = (volumeId: string, reason: string): HandAgreement => ({
    ...{ volumeId, slices: 0, worstSlice: null, reason, dice: null, labels: [] },
  })

  it('the label that disagrees most stands beside the mean', () => {
    expect(agreementText(found)).toBe('Dice 0.70, least Lesion 0.50, over 12 complete slices; most on slice 4')
    expect(agreementText({ ...found, slices: 1, worstSlice: null, labels: found.labels.slice(0, 2) })).toBe(
      'Dice 0.70, over 1 complete slice',
    )
    expect(agreementText(found, false)).toBe('Least Lesion 0.50, over 12 complete slices; most on slice 4')
    expect(agreementText(left('b', 'Nothing was drawn on it.'))).toBe('')
  })

  it('series are gathered by the reason why they were left out', () => {
    const all = [left('b', 'One.'), found, left('c', 'Two.'), left('d', 'Two.')]
    expect(reasonsOf(all)).toEqual([
      { reason: 'Two.', volumeIds: ['c', 'd'] },
      { reason: 'One.', volumeIds: ['b'] },
    ])
  })

  it('progress of series adds up to the whole', () => {
    const at = (volume: number, done: number) =>
      compareProgress({ stage: 'segmenting', done, total: 10, secondsLeft: 3, volume, volumes: 2 })
    const shares = [at(0, 0), at(0, 9), at(1, 0), at(1, 10)].map(({ share }) => share!)
    expect(shares).toEqual([...shares].sort((a, b) => a - b))
    expect(at(0, 5)).toMatchObject({ text: 'series 1 of 2, segmenting 5 of 10', secondsLeft: null })
    expect(at(1, 5).secondsLeft).toBe(3)
  })
})
