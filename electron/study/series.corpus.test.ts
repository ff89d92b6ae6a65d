// Volumes of every folder of the corpus against what dcm2niix found: shape, voxel size, place in the patient, values.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apply, flipLpsRas, volumePerVoxelMm3 } from '#common/geometry/affine'
import type { VolumeInfo } from '#common/ipc/volume'
import { scanPaths } from './intake/scan'
import type { VolumeSource } from './intake/types'
import { loadVolume } from './volumes/load'

interface GoldenSeries {
  readonly name: string
  readonly shapeSorted: readonly number[]
  readonly volumes: number
  readonly voxelMm3: number
  readonly centreBoundsRasMm: readonly (readonly number[])[]
  readonly sum: number
}

interface Facts {
  readonly shape: string
  readonly volumes: number
  readonly sum: number
  readonly info: VolumeInfo
}

const shared = resolve(import.meta.dirname, '../../../shared')
const golden = resolve(shared, 'golden/series.json')
const here = existsSync(golden)
if (!here) console.warn(`CORPUS TESTS SKIPPED: ${shared} is not there. Series were NOT compared with the reference.`)

/** Every difference from dcm2niix, with who is right. By the start of the folder and of the series' name. */
const EXPLAINED: readonly {
  readonly name: RegExp
  readonly folder?: RegExp
  readonly why: string
  readonly verdict?: string
}[] = [
  {
    name: /227417197937_2_/,
    why: 'A slice is missing. dcm2niix writes the four slices as evenly spaced, and once more interpolated; here: verdict gaps, no affine.',
    verdict: 'gaps',
  },
  {
    name: /512040321185_4_/,
    why: 'Gantry tilt. dcm2niix writes the unsheared stack (places up to 13 mm off), and once more resampled to 521 rows; here: the sheared grid as acquired.',
    verdict: 'tilted',
  },
  {
    name: /729824825182_301|298249371737_701/,
    why: 'Philips: dcm2niix applies the private precise scaling, here the standard RescaleSlope of each frame counts.',
  },
  {
    name: /^1\.2\.826\.0\.1\.3680043\.8\.498\.6959776/,
    folder: /dicom2nifti$/,
    why: 'With all folders at once dcm2niix gives this series the range of another; alone it agrees with ours.',
  },
  {
    folder: /totalsegmentator/,
    name: /./,
    why: 'SeriesInstanceUID is empty: dcm2niix splits one scan of 20 evenly spaced slices.',
    verdict: 'uniform',
  },
  {
    folder: /dcmqi/,
    name: /Segmen|_Liver_Se|191011\.1701890452|8323329\.114908|_16_t/,
    why: 'A DICOM segmentation: an attachment of its images here, not a volume.',
  },
]

async function factsOf(sources: ReadonlyMap<string, VolumeSource>): Promise<Facts[]> {
  const sets = new Map<string, VolumeSource[]>()
  for (const source of sources.values()) {
    if (source.format !== 'dicom') continue
    const key = source.info.set?.id ?? source.info.id
    sets.set(key, [...(sets.get(key) ?? []), source])
  }
  const facts: Facts[] = []
  for (const members of sets.values()) {
    let sum = 0
    for (const source of members) {
      const { data } = await loadVolume(source)
      for (let n = 0; n < data.length; n++) sum += data[n]!
    }
    const { info } = members[0]!
    facts.push({ shape: shapeOf(info.size), volumes: members.length, sum, info })
  }
  return facts
}

const shapeOf = (size: readonly number[]): string => [...size].sort((a, b) => a - b).join(' x ')

/** Bounds of the voxel centres in RAS mm, as the reference gives them. */
function boundsRasMm({ affineLps, size }: VolumeInfo): number[][] {
  const ras = flipLpsRas(affineLps!)
  const ends = (length: number): number[] => [0, length - 1]
  const corners = ends(size[0]).flatMap(i => ends(size[1]).flatMap(j => ends(size[2]).map(k => apply(ras, [i, j, k]))))
  return [Math.min, Math.max].map(pick => [0, 1, 2].map(axis => pick(...corners.map(corner => corner[axis]!))))
}

const isMatch = (own: Facts, { shapeSorted, volumes, sum }: GoldenSeries): boolean =>
  own.shape === shapeOf(shapeSorted) && own.volumes === volumes && Math.abs(own.sum - sum) <= 1e-6 * Math.abs(sum) + 1

describe.skipIf(!here)('series of the corpus', () => {
  const folders = here ? (JSON.parse(readFileSync(golden, 'utf8')) as Record<string, GoldenSeries[]>) : {}

  it.each(Object.entries(folders))('%s', async (folder, series) => {
    const started = performance.now()
    const { sources } = await scanPaths([resolve(shared, 'data', folder)])
    const own = await factsOf(sources)
    expect(performance.now() - started).toBeLessThan(30_000)
    const free = new Set(own)
    for (const reference of series) {
      const explained = EXPLAINED.find(entry => entry.name.test(reference.name) && (entry.folder?.test(folder) ?? true))
      const found = [...free].find(candidate => isMatch(candidate, reference))
      if (explained) {
        if (explained.verdict) expect(own.map(({ info }) => info.verdict.kind)).toContain(explained.verdict)
        continue
      }
      expect(found, `${reference.name} is missing`).toBeDefined()
      free.delete(found!)
      expect(volumePerVoxelMm3(found!.info.affineLps!) / reference.voxelMm3).toBeCloseTo(1, 3)
      boundsRasMm(found!.info)
        .flat()
        .forEach((value, n) => expect(value).toBeCloseTo(reference.centreBoundsRasMm.flat()[n]!, 1))
    }
  })
})
