// Pixel padding from the file to what a network is trained on (CASES D13).
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanPaths } from '../intake/scan'
import { imageOfVolume } from '../prepare/fromVolume'
import { dicomFile, imageDataset } from '../testing/dicomFile'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume, type Volume } from './load'
import { statisticsOf } from './statistics'

const folder = temporaryFolder()
const PADDING = -2000 & 0xffff

async function series(name: string, slices: readonly (readonly number[])[]): Promise<Volume> {
  slices.forEach((values, z) => {
    const words = values.map(value => value & 0xffff)
    const image = imageDataset({
      ...{ rows: 4, columns: 4, values: words, positionLps: [0, 0, z] },
      with: {
        ...{ '00280103': ['US', 1], '00280120': ['SS', PADDING] },
        ...{ '00281052': ['DS', '0'], '00281053': ['DS', '1'] },
      },
    })
    folder.write(`${name}/${z}`, dicomFile(image))
  })
  const { sources } = await scanPaths([join(folder.path, name)])
  return loadVolume([...sources.values()][0]!)
}

const measured = [...Array<number>(12).fill(-2000), 0, 40, 80, 100]
const nothing = Array<number>(16).fill(-2000)

describe('padding (D13)', () => {
  it('is left out of range, mean and spread', async () => {
    const { info, data } = await series('some', [measured])
    expect(info.padding).toEqual([-2000, -2000])
    expect(info.valueRange).toEqual([0, 100])
    const { count, mean, sd } = statisticsOf(data, info.padding)!
    expect([count, mean]).toEqual([4, 55])
    expect(sd).toBeCloseTo(38.41, 2)
  })

  it('alone is no data: no range, no NaN, no statistics', async () => {
    const volume = await series('all', [nothing])
    const { info, data } = volume
    expect(info.valueRange).toBeNull()
    expect(statisticsOf(data, info.padding)).toBeNull()
    expect(Array.from(await imageOfVolume(volume).slice(0))).toEqual(Array(16).fill(0))
  })

  it('reaches no network: a slice of padding does not widen what training sees', async () => {
    const volume = await series('mixed', [measured, nothing])
    const image = imageOfVolume(volume)
    const seen = [...Array.from(await image.slice(0)), ...Array.from(await image.slice(1))]
    expect([Math.min(...seen), Math.max(...seen)]).toEqual([0, 100])
    expect(seen.slice(12, 16)).toEqual([0, 40, 80, 100])
    // What is shown and exported stays what the file holds.
    expect(volume.data[0]).toBe(-2000)
    expect(statisticsOf(volume.data, volume.info.padding)!.count).toBe(4)
  })
})
