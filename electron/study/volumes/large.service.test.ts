// Series larger than memory allows (CASES D15): announced by their size, paged through, and never slower than linear.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, it } from 'vitest'
import { scanPaths } from '../intake/scan'
import type { VolumeSource } from '../intake/types'
import { dicomFile, imageDataset } from '../testing/dicomFile'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadSlice, loadVolume } from './load'
import { volumeBytes } from './output'

const folder = temporaryFolder()
const SIZE = 512
const SLICE_BYTES = SIZE * SIZE * 2

/** Slice z holds z everywhere. */
function writeSlices(name: string, count: number): string {
  const path = join(folder.path, name)
  mkdirSync(path)
  for (let z = 0; z < count; z++) {
    const pixels = new Uint8Array(new Uint16Array(SIZE * SIZE).fill(z).buffer)
    const changes = { '00280101': ['US', 12], '00280102': ['US', 11], '7FE00010': ['OW', pixels] } as const
    const dataset = imageDataset({ rows: SIZE, columns: SIZE, values: [], positionLps: [0, 0, z], with: changes })
    writeFileSync(join(path, String(z)), dicomFile(dataset))
  }
  return path
}

async function sourceOf(path: string): Promise<VolumeSource> {
  const { sources } = await scanPaths([path])
  return [...sources.values()][0]!
}

describe('64 slices of 512 x 512 with a limit of 8 MiB', () => {
  let source: VolumeSource
  beforeAll(async () => {
    source = await sourceOf(writeSlices('64', 64))
  })

  it('are announced with their size from headers alone', () => {
    expect(volumeBytes(source)).toBe(64 * SLICE_BYTES)
    expect(source.info.loadBytes).toBe(64 * SLICE_BYTES)
  })

  it('are refused with the numbers instead of being loaded', async () => {
    await expect(loadVolume(source, { budgetBytes: 8 * 2 ** 20 })).rejects.toMatchObject({
      code: 'volume-too-large',
      details: { bytes: 64 * SLICE_BYTES, budgetBytes: 8 * 2 ** 20 },
    })
  })

  it('can be paged through within the limit', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
    const before = process.memoryUsage().arrayBuffers
    for (let k = 0; k < 64; k++) {
      expect((await loadSlice(source, k)).values[0]).toBe(k)
      collect()
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20 + SLICE_BYTES)
    }
  })
})

describe('time', () => {
  it('to load grows with the number of slices, not faster', async () => {
    const counts = [64, 128, 256]
    const sources = await Promise.all(counts.map(count => sourceOf(writeSlices(`time-${count}`, count))))
    const best: number[] = []
    for (const [index, source] of sources.entries()) {
      const times: number[] = []
      for (let round = 0; round < 4; round++) {
        const started = performance.now()
        await loadVolume(source)
        times.push((performance.now() - started) / counts[index]!)
      }
      best.push(Math.min(...times))
    }
    // Per slice: quadratic growth would make the last four times the first.
    expect(best[2]! / best[0]!).toBeLessThan(2.5)
  })
})
