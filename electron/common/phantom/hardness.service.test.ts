// The sample must be worth learning: no threshold finds the lesions, though they are there to be seen. Full-size volumes: slow for a unit test.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { connectedComponents } from '../labelmap/components'
import { generatePhantom, PHANTOM_PATIENTS, type PhantomVolume } from '.'
import { LESION, LIVER } from './labels'
import { bestThreshold } from './testing/thresholdOracle'

/** SHA-256 of image and labels. Another hash is another phantom: raise PHANTOM_VERSION. */
const HASHES: Readonly<Record<string, string>> = {
  'PH-0001': 'fa56ee413615860dda01a64a0a31d35bd78117600a753f673b4e1d79068c7aa1',
  'PH-0002': 'c866470d1243fe4f4cd063f2ad6676f9fd5e2c5ec064dfed3d731d8e3e42a571',
  'PH-0003': 'ba9ad6b5c9ccd67880599262fb5aa71de8f69bddc7b933fe55f9e7c1528018ae',
}

const range = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, n) => from + n * step)

/** Median of HU where `at` holds, and the noise around it: 1.4826 times the median deviation, which vessels and blurred edges do not inflate. */
function statistics({ image }: PhantomVolume, at: (n: number) => boolean): { median: number; noise: number } {
  const values: number[] = []
  for (let n = 0; n < image.length; n++) if (at(n)) values.push(image[n]!)
  const middle = (list: number[]): number => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!
  const median = middle(values)
  return { median, noise: 1.4826 * middle(values.map(value => Math.abs(value - median))) }
}

describe.each(PHANTOM_PATIENTS)('$name', patient => {
  const volume = generatePhantom(patient)
  const { image, labels, size } = volume
  const plane = size[0] * size[1]

  it('is a volume of at least 96 slices of 256 x 256', () => {
    expect(size.slice(0, 2)).toEqual([256, 256])
    expect(size[2]).toBeGreaterThanOrEqual(96)
    expect(image.length).toBe(plane * size[2])
  })

  it('is the same on every machine', () => {
    const hash = createHash('sha256').update(new Uint8Array(image.buffer)).update(labels).digest('hex')
    expect(hash).toBe(HASHES[patient.id])
  })

  it('has 8 to 14 lesions on many slices', () => {
    const lesions = labels.map(label => (label === LESION ? 1 : 0))
    const { components } = connectedComponents(lesions, size)
    expect(components.length).toBeGreaterThanOrEqual(8)
    expect(components.length).toBeLessThanOrEqual(14)
    const slices = Array.from({ length: size[2] }, (_, k) => lesions.subarray(k * plane, (k + 1) * plane).includes(1))
    expect(slices.filter(Boolean).length).toBeGreaterThan(40)
  })

  it('shows lesions of the liver 25 to 50 HU darker than the liver, in noise of 11 to 18 HU', () => {
    const nearLiver = (n: number): boolean =>
      labels[n] === LESION && [n - 8, n + 8, n - 8 * size[0], n + 8 * size[0]].some(other => labels[other] === LIVER)
    const liver = statistics(volume, n => labels[n] === LIVER)
    const lesions = statistics(volume, nearLiver)
    expect(liver.median - lesions.median).toBeGreaterThan(25)
    expect(liver.median - lesions.median).toBeLessThan(50)
    expect(liver.noise).toBeGreaterThan(11)
    expect(liver.noise).toBeLessThan(18)
  })

  it('keeps the best threshold with connected components at or below a Dice of 0.6', () => {
    const target = labels.map(label => (label === LESION ? 1 : 0))
    const best = bestThreshold({ image, target, size, lowers: range(-10, 90, 10), uppers: range(50, 150, 5) })
    expect(best.dice).toBeLessThanOrEqual(0.6)
    // It is a rival, not a straw man.
    expect(best.dice).toBeGreaterThan(0.2)
  })
})
