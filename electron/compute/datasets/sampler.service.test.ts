import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tinyCases, tinyConfig } from '../testing/tinyCases'
import { PreparedCase } from './preparedCase'
import { PatchSampler, type SamplerOptions } from './sampler'
import { SliceCache } from './sliceCache'

let root: string
let cases: PreparedCase[]
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sagitta-sampler-'))
  const headers = await tinyCases(root, { slices: 6, size: 32, square: 3 })
  cases = headers.map((header, n) =>
    PreparedCase.open(header, { id: `case-${n}`, patient: `P${n}` }, new SliceCache(10_000)),
  )
})
afterAll(async () => {
  for (const one of cases) one.close()
  await rm(root, { recursive: true })
})

const { augmentation } = tinyConfig()
const sampler = (changes: Partial<SamplerOptions> = {}) =>
  new PatchSampler({
    cases,
    train: [
      { caseIndex: 0, slices: [0, 2, 4] },
      { caseIndex: 1, slices: [1] },
    ],
    batch: 4,
    patch: [16, 16],
    augmentation,
    emphasis: null,
    neighbours: { count: 0, mm: null },
    seed: 7,
    ...changes,
  })
const copy = ({ image, target, weight, sources }: ReturnType<PatchSampler['batch']>) => ({
  image: [...image],
  target: [...target],
  weight: [...weight],
  sources,
})

describe('sampling patches', () => {
  it('gives the same batch for the same seed and step, whatever was drawn before (T08, T09)', () => {
    const [a, b] = [sampler(), sampler()]
    for (let step = 0; step < 5; step++) a.batch(step)
    expect(copy(a.batch(5))).toEqual(copy(b.batch(5)))
    expect(copy(a.batch(6))).not.toEqual(copy(b.batch(5)))
    expect(copy(sampler({ seed: 8 }).batch(5))).not.toEqual(copy(b.batch(5)))
  })

  it('takes training slices only, and shows a label in the second half of every batch (T05)', () => {
    const drawn = sampler({ augmentation: { ...augmentation, rotationDegrees: 0, scale: 0 } })
    for (let step = 0; step < 50; step++) {
      const { sources, target } = drawn.batch(step)
      for (const { caseId, slice } of sources) expect(caseId === 'case-0' ? [0, 2, 4] : [1]).toContain(slice)
      for (const index of [2, 3]) expect(target.slice(index * 256, (index + 1) * 256)).toContain(1)
    }
  })

  it('gives weight 0 to what lies outside a slice', () => {
    const { weight, sources } = sampler({
      patch: [48, 48],
      augmentation: { ...augmentation, rotationDegrees: 0, scale: 0 },
    }).batch(0)
    expect(weight.reduce((sum, value) => sum + value, 0)).toBe(sources.length * 32 * 32)
  })

  it('shows neighbouring slices as channels, the middle one being the answered', () => {
    const still = { rotationDegrees: 0, scale: 0, flipLeftRight: false, brightness: 0, contrast: 0, noise: 0 }
    const { image, sources } = sampler({
      batch: 1,
      patch: [32, 32],
      neighbours: { count: 1, mm: 1 },
      augmentation: still,
    }).batch(3)
    const { caseId, slice } = sources[0]!
    const one = cases.find(({ id }) => id === caseId)!
    const channel = (n: number) => [...image.slice(n * 1024, (n + 1) * 1024)]
    expect(channel(1)).toEqual([...one.values(slice)])
    const around = [slice - 1, slice + 1].map(k => [...one.values(Math.min(5, Math.max(0, k)))])
    expect([
      [channel(0), channel(2)],
      [channel(2), channel(0)],
    ]).toContainEqual(around)
  })

  it('lets rare labels count more at first and like all others in the end', () => {
    const drawn = sampler({ emphasis: { weights: [1, 9], untilStep: 100, rest: 0 } })
    const weightsOf = (step: number) => {
      const { weight, target } = drawn.batch(step)
      return new Set([...weight].filter((value, n) => target[n] === 1 && value > 0))
    }
    expect(weightsOf(0)).toEqual(new Set([9]))
    expect(weightsOf(50)).toEqual(new Set([3]))
    expect(weightsOf(100)).toEqual(new Set([1]))
  })
})
