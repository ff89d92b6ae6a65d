import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TrainConfig } from '#common/ipc/training'
import type { Split, SplitCase } from './sliceSets'
import { splitCases } from './split'

const config = (changes: Partial<TrainConfig['split']> = {}): TrainConfig['split'] => ({
  mode: 'patient',
  validationFraction: 1 / 3,
  seed: 0,
  ...changes,
})
/** Four slices; every class of `classes` in each. */
const scan = (id: string, patient: string, classes: number[] = [1], changes: Partial<SplitCase> = {}): SplitCase => ({
  id,
  patient,
  complete: [true, true, true, true],
  counts: Array.from({ length: 4 }, () => [10, classes.includes(1) ? 5 : 0, classes.includes(2) ? 5 : 0]),
  ...changes,
})
const patientsOf = (sets: Split['train'], cases: readonly SplitCase[]) =>
  new Set(sets.map(({ caseIndex }) => cases[caseIndex]!.patient || cases[caseIndex]!.study))

// One patient with two studies, one without a name; class 2 in patient B only.
const clinic = [
  scan('a1', 'A', [1]),
  scan('a2', 'A', [1]),
  scan('b', 'B', [1, 2]),
  scan('c', 'C', [1]),
  scan('d', '', [1], { study: '1.2.3' }),
]
const LABELS = ['liver', 'lesion']

describe('splitting by patient (T03)', () => {
  it('never has a patient on both sides, over many seeds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.05, max: 0.9, noNaN: true }), (seed, validationFraction) => {
        const split = splitCases(clinic, LABELS, config({ seed, validationFraction }))
        const [training, validation] = [patientsOf(split.train, clinic), patientsOf(split.validation, clinic)]
        expect([...training].filter(patient => validation.has(patient))).toEqual([])
        expect(training.size + validation.size).toBe(4)
        expect(training.size * validation.size).toBeGreaterThan(0)
      }),
      { numRuns: 200 },
    )
  })

  it('is the same for the same seed and differs over seeds', () => {
    const chosen = (seed: number) =>
      splitCases(clinic, LABELS, config({ seed }))
        .validation.map(set => set.caseIndex)
        .join()
    expect(chosen(3)).toBe(chosen(3))
    expect(new Set(Array.from({ length: 20 }, (_, seed) => chosen(seed))).size).toBeGreaterThan(1)
  })

  it('says which case names no patient, and which label only one side sees', () => {
    const { notices } = splitCases(clinic, LABELS, config())
    expect(notices[0]).toContain('d: no patient is named')
    expect(notices.join(' ')).toMatch(/lesion occurs only in (training|validation)/)
  })

  it('names several labels that only one side sees in one sentence', () => {
    const given = [scan('a', 'A', [1, 2], { part: 'train' }), scan('b', 'B', [], { part: 'validation' })]
    const { notices } = splitCases(given, LABELS, config({ mode: 'given' }))
    expect(notices).toEqual(['liver and lesion occur only in training: their Dice cannot be told.'])
  })

  it('holds out every patient once over all folds', () => {
    const held = [0, 1, 2].flatMap(fold =>
      splitCases(clinic, LABELS, config({ mode: 'folds', folds: 3, fold })).validation.map(set => set.caseIndex),
    )
    expect(held.sort()).toEqual([0, 1, 2, 3, 4])
  })

  it('refuses a given split that has a patient on both sides', () => {
    const given = [scan('a1', 'A', [1], { part: 'train' }), scan('a2', 'A', [1], { part: 'validation' })]
    expect(() => splitCases(given, LABELS, config({ mode: 'given' }))).toThrow(/patient A/)
  })

  it('keeps test cases of a given split out of both sides', () => {
    const given = [
      scan('a', 'A', [1], { part: 'train' }),
      scan('b', 'B', [1], { part: 'validation' }),
      scan('c', 'C', [1], { part: 'test' }),
    ]
    const split = splitCases(given, LABELS, config({ mode: 'given' }))
    expect([...split.train, ...split.validation].map(set => set.caseIndex)).toEqual([0, 1])
  })

  it('refuses a single patient and names the way out', () => {
    expect(() => splitCases([scan('a', 'A')], LABELS, config())).toThrow(/within-study/)
  })

  it('refuses when no completed slice is left on one side', () => {
    const none = { complete: [false, false, false, false] }
    expect(() => splitCases([scan('a', 'A', [1], none), scan('b', 'B', [1], none)], LABELS, config())).toThrow(
      /completed slice/,
    )
  })
})

describe('splitting within a study', () => {
  const twenty = scan('a', 'A', [1], {
    complete: Array.from({ length: 20 }, (_, k) => k !== 3),
    counts: Array.from({ length: 20 }, (_, k) => [10, 5, k >= 8 && k < 12 ? 5 : 0]),
  })

  it('holds out one contiguous block with a gap on both sides, completed slices only, over many seeds', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const split = splitCases([twenty], LABELS, config({ mode: 'within-study', seed, validationFraction: 0.2 }))
        const [training, held] = [split.train[0]!.slices, split.validation[0]!.slices]
        const order = Array.from({ length: 20 }, (_, k) => k).filter(k => k !== 3)
        expect(held).toEqual(order.slice(order.indexOf(held[0]!), order.indexOf(held[0]!) + 4))
        expect(training).not.toContain(3)
        for (const slice of held)
          for (const other of training) expect(Math.abs(order.indexOf(slice) - order.indexOf(other))).toBeGreaterThan(1)
      }),
    )
  })

  it('places the block so that both sides show every label where that is possible', () => {
    for (let seed = 0; seed < 20; seed++)
      expect(
        splitCases([twenty], LABELS, config({ mode: 'within-study', seed, validationFraction: 0.2 })).notices,
      ).toEqual([])
  })
})
