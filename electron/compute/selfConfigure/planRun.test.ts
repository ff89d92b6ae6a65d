import { describe, expect, it } from 'vitest'
import type { Fingerprint } from '#common/ipc/prepare'
import { trainConfigSchema, type TrainConfigInput } from '#common/ipc/training'
import { planRun, refusalsOf } from './planRun'

/** Two patients, 256 x 256 x 20 at 1.6 mm; label 1 an organ, label 2 a lesion of 300 pixels a slice, label 3 air. */
const fingerprint = (changes: Partial<Fingerprint> = {}): Fingerprint => ({
  size: { columns: 256, rows: 256, slices: 20 },
  body: null,
  spacingMm: [1.6, 1.6, 3],
  modality: 'CT',
  range: [-1024, 3000],
  labels: [
    { voxels: 80000, percentile16: 75, median: 100, percentile84: 125 },
    { voxels: 6000, percentile16: 30, median: 60, percentile84: 90 },
    { voxels: 90000, percentile16: -930, median: -830, percentile84: -730 },
  ],
  complete: new Array<boolean>(20).fill(true),
  counts: Array.from({ length: 20 }, () => [56736, 4000, 300, 4500]),
  ...changes,
})
const config = (changes: Partial<TrainConfigInput> = {}) =>
  trainConfigSchema.parse({
    task: 'unet',
    dataset: {
      cases: ['a', 'b'].map(id => ({ id, patient: id, image: id, labels: id })),
      labels: ['organ', 'lesion', 'air'].map((name, n) => ({ value: n + 1, name, color: '#ff0000' })),
    },
    split: { mode: 'patient', validationFraction: 0.5 },
    ...changes,
  } satisfies TrainConfigInput)
const two = [fingerprint(), fingerprint()]

describe('choosing a run from its data', () => {
  it('scales intensities by what tells neighbouring tissues apart, not by air', () => {
    const { preprocessing } = planRun(config(), two).config
    // Medians over labels: centre 60, spread 30.
    expect(preprocessing).toMatchObject({ clip: [-240, 360], normalization: { mean: 60, sd: 90 } })
  })

  it('coarsens to what a CPU can train on, unless the smallest label would vanish', () => {
    // 256 x 256 pixels of 1.6 mm become 33000 pixels.
    expect(planRun(config(), two).config.preprocessing.spacingMm).toEqual([2.25, 2.25, null])
    const small = fingerprint({ counts: Array.from({ length: 20 }, () => [61000, 4000, 45, 4500]) })
    const [mm] = planRun(config(), [small, small]).config.preprocessing.spacingMm!
    expect(mm).toBeCloseTo(1.6 * Math.sqrt(45 / 40), 2)
  })

  it('leaves out the air around a body, and sees it finer for that', () => {
    const body = fingerprint({ body: { columns: 240, rows: 200 } })
    const { preprocessing, patch } = planRun(config(), [body, body]).config
    expect(preprocessing).toMatchObject({ crop: { above: -500 }, spacingMm: [1.93, 1.93, null] })
    expect(patch).toEqual([144, 176])
    expect(planRun(config({ preprocessing: { crop: null } }), [body, body]).config.patch).toEqual([160, 160])
  })

  it('chooses a patch and a depth that fit each other and the slices', () => {
    const { config: large } = planRun(config(), two)
    expect([large.patch, large.model.depth]).toEqual([[160, 160], 4])
    const tiny = fingerprint({
      size: { columns: 40, rows: 36, slices: 20 },
      counts: Array.from({ length: 20 }, () => [1000, 200, 60, 180]),
    })
    const { config: little } = planRun(config(), [tiny, tiny])
    expect([little.patch, little.model.depth]).toEqual([[36, 40], 2])
  })

  it('keeps what is given and says so', () => {
    const { config: kept, settings } = planRun(
      config({ patch: [64, 64], preprocessing: { clip: [-1000, 1000] }, model: { width: 8 }, stepsPerEpoch: 7 }),
      two,
    )
    expect(kept).toMatchObject({
      patch: [64, 64],
      preprocessing: { clip: [-1000, 1000] },
      model: { width: 8 },
      stepsPerEpoch: 7,
    })
    expect(settings.find(({ key }) => key === 'patch')).toEqual({ key: 'patch', value: '64 x 64', reason: 'as given' })
    for (const { reason } of settings) expect(reason).not.toBe('')
  })

  it('shows neighbouring slices where they are close, and emphasises rare labels', () => {
    const { config: chosen } = planRun(config(), two)
    expect(chosen.neighbours).toBe(1)
    expect(chosen.emphasis!.weights[2]!).toBeGreaterThan(chosen.emphasis!.weights[1]!)
    const thick = fingerprint({ spacingMm: [1.6, 1.6, 8] })
    expect(planRun(config(), [thick, thick]).config.neighbours).toBe(0)
  })

  it('works without any spacing, pixel by pixel', () => {
    const drawing = fingerprint({ spacingMm: null })
    expect(planRun(config(), [drawing, drawing]).config.preprocessing.spacingMm).toEqual([null, null, null])
  })

  it('estimates parameters and memory before anything runs, and refuses what does not fit', () => {
    const { parameters, estimatedMb } = planRun(config(), two)
    expect(parameters).toBeGreaterThan(1e6)
    expect(estimatedMb).toBeGreaterThan(50)
    expect(refusalsOf(() => planRun(config({ batch: 64 }), two, 500 * 2 ** 20)).refusals[0]).toMatch(/memory/)
  })

  it('says in words why a run cannot start', () => {
    const empty = fingerprint({
      labels: [null, null, null],
      counts: Array.from({ length: 20 }, () => [65536, 0, 0, 0]),
    })
    expect(refusalsOf(() => planRun(config(), [empty, empty])).refusals[0]).toMatch(/No voxel of the chosen labels/)
    const one = config({ dataset: { ...config().dataset, cases: config().dataset.cases.slice(0, 1) } })
    expect(refusalsOf(() => planRun(one, two.slice(0, 1))).refusals[0]).toMatch(/within-study/)
  })

  it('warns when labels are rare (T05)', () => {
    const rare = fingerprint({ counts: Array.from({ length: 20 }, () => [65496, 0, 40, 0]) })
    expect(planRun(config(), [rare, rare]).notices.join(' ')).toMatch(/Only 0\.061 %/)
  })
})
