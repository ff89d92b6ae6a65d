// Evenly spaced copies of real files (issue item 5: nothing is resampled without the user's word, and then by an explicit command).
import { describe, expect, it } from 'vitest'
import { apply } from '#common/geometry/affine'
import { scanPaths } from '../intake/scan'
import type { VolumeSource } from '../intake/types'
import { dicomFile, imageDataset, type TestImage } from '../testing/dicomFile'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume } from './load'
import { planOf, resampleLabels, resampleVolume } from './resample'

const folder = temporaryFolder()
const SIZE = 8

async function series(
  name: string,
  zs: readonly number[],
  value: (i: number, j: number, z: number) => number,
  image: Partial<TestImage> = {},
): Promise<VolumeSource> {
  for (const [n, z] of zs.entries()) {
    const values = Array.from({ length: SIZE * SIZE }, (_, v) => value(v % SIZE, Math.floor(v / SIZE), z))
    const dataset = imageDataset({ rows: SIZE, columns: SIZE, values, positionLps: [0, 0, z], ...image })
    folder.write(`${name}/${n}`, dicomFile(dataset))
  }
  const { sources } = await scanPaths([`${folder.path}/${name}`])
  const [source] = sources.values()
  return source!
}

describe('a series with a missing slice (D05)', () => {
  it('becomes six slices of which one is blended; the measured ones are what they were', async () => {
    const source = await series('gap', [0, 1.6, 3.2, 6.4, 8], (_i, _j, z) => Math.round(10 * z))
    expect(source.info.verdict.kind).toBe('gaps')
    const volume = await loadVolume(source)
    const { grid, data, facts } = await resampleVolume(volume)
    expect(grid.verdict.kind).toBe('uniform')
    expect(grid.size).toEqual([SIZE, SIZE, 6])
    expect(facts).toEqual({ inHoles: [3], outsideVoxels: 0, outsideValue: 0 })
    expect([0, 1, 2, 3, 4, 5].map(k => data[k * SIZE * SIZE])).toEqual([0, 16, 32, 48, 64, 80])
    expect(data).toBeInstanceOf(Int16Array)
    expect(apply(grid.affineLps!, [0, 0, 3])[2]).toBeCloseTo(4.8, 9)
  })

  it('takes labels to the same grid by the nearest slice', async () => {
    const source = await series('gap-labels', [0, 1, 3, 4], () => 5)
    const labels = Uint16Array.from({ length: 4 * SIZE * SIZE }, (_, v) => (v < SIZE * SIZE ? 0 : 200))
    const out = resampleLabels(await loadVolume(source), labels)
    expect(out.length).toBe(5 * SIZE * SIZE)
    expect([0, 1, 2, 3, 4].map(k => out[k * SIZE * SIZE + 9])).toEqual([0, 200, 200, 200, 200])
  })
})

describe('gantry tilt (D17)', () => {
  it('is straightened: a ramp in patient mm is found at its place', async () => {
    const c = 0.939693
    const s = 0.34202
    // 100 y + 40 z at every voxel of the sheared stack: x, y, z = i, j c, z0 + j s.
    const ramp = (_i: number, j: number, z: number): number => Math.round(1000 + 100 * j * c + 40 * (z + j * s))
    const source = await series('tilt', [0, 5, 10], ramp, { orientation: [1, 0, 0, 0, c, s] })
    expect(source.info.verdict.kind).toBe('tilted')
    const { grid, data, facts } = await resampleVolume(await loadVolume(source))
    expect(grid.verdict.kind).toBe('uniform')
    const [columns, rows] = grid.size
    let checked = 0
    for (let n = 0; n < data.length; n++) {
      if (data[n] === facts.outsideValue) continue
      const index = [n % columns, Math.floor(n / columns) % rows, Math.floor(n / columns / rows)] as const
      const [, y, z] = apply(grid.affineLps!, index)
      const value = 1000 + 100 * y + 40 * z
      // Half a voxel at the border is repeated (61 units), elsewhere values are rounded.
      expect(Math.abs(data[n]! - value)).toBeLessThan(62)
      checked++
    }
    expect(checked).toBeGreaterThan(data.length / 2)
    // The lowest value of the scan itself is also `outsideValue`.
    expect(data.length - checked).toBeGreaterThanOrEqual(facts.outsideVoxels)
    expect(data.length - checked).toBeLessThanOrEqual(facts.outsideVoxels + SIZE)
  })
})

describe('what cannot be resampled', () => {
  it('says why', async () => {
    const twice = await series('twice', [0, 0, 2], () => 1, { with: { '00080008': ['CS', 'ORIGINAL'] } })
    expect(twice.info.verdict.kind).toBe('duplicates')
    const placeless = await series('placeless', [0], () => 1)
    expect(() => planOf(twice)).toThrow(/same position/)
    expect(() => planOf(placeless)).toThrow(/at least two/)
  })
})
