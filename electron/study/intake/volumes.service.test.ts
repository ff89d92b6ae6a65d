// How real series fall into volumes: phases, localizers, multi-frame objects, mosaics (CASES D08, D09, D11).
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { voxelToMm } from '#common/geometry/affine'
import { dicomFile, imageDataset, type TestDataset, type TestImage } from '../testing/dicomFile'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume, type Volume } from '../volumes/load'
import { scanPaths } from './scan'

const folder = temporaryFolder()
const image = (z: number, value: number, changes: Partial<TestImage> = {}): TestDataset =>
  imageDataset({ rows: 4, columns: 4, values: Array<number>(16).fill(value), positionLps: [0, 0, z], ...changes })

const write = (name: string, datasets: readonly TestDataset[]): void =>
  datasets.forEach((dataset, n) => void folder.write(`${name}/${n}`, dicomFile(dataset)))

async function volumesIn(name: string): Promise<Volume[]> {
  const { inspection, sources } = await scanPaths([join(folder.path, name)])
  return Promise.all(inspection.volumes.map(info => loadVolume(sources.get(info.id)!)))
}

/** First value of each slice. */
const firsts = ({ info, data }: Volume): number[] =>
  Array.from({ length: info.size[2] }, (_, k) => data[k * info.size[0] * info.size[1]]!)

describe('several images at one position (D08)', () => {
  const phase = (z: number, n: number): TestDataset =>
    image(z, n * 100 + z, { with: { '00200100': ['IS', String(n)] } })

  it('become one volume per phase', async () => {
    write(
      'd08',
      [0, 2, 4].flatMap(z => [phase(z, 1), phase(z, 2)]),
    )
    const volumes = await volumesIn('d08')
    expect(volumes.map(firsts)).toEqual([
      [100, 102, 104],
      [200, 202, 204],
    ])
    expect(volumes.map(({ info }) => info.spacingMm[2])).toEqual([2, 2])
    expect(volumes.map(({ info }) => info.set)).toMatchObject([
      { axis: 'time', index: 0, count: 2 },
      { axis: 'time', index: 1, count: 2 },
    ])
    expect(new Set(volumes.map(({ info }) => info.id)).size).toBe(2)
  })

  it('say when a phase is incomplete, and load the other', async () => {
    write('d08-part', [phase(0, 1), phase(2, 1), phase(4, 1), phase(0, 2), phase(2, 2)])
    const volumes = await volumesIn('d08-part')
    expect(volumes.map(firsts)).toEqual([
      [100, 102, 104],
      [200, 202],
    ])
    expect(volumes.map(({ info }) => info.warnings.map(({ code }) => code))).toEqual([[], ['incomplete']])
  })

  it('do not split a stack without conflict, whatever else differs', async () => {
    write(
      'd08-whole',
      [0, 2, 4].map(z => image(z, z, { with: { '00200012': ['IS', String(z)] } })),
    )
    expect((await volumesIn('d08-whole')).map(firsts)).toEqual([[0, 2, 4]])
  })

  it('are told apart by direction for diffusion, b = 0 first', async () => {
    const directions = [
      [1, 0, 0],
      [0, 1, 0],
    ]
    const diffusion = (z: number, b: number, direction: number[]): TestDataset =>
      image(z, b + z, { with: { '00189087': ['FD', b], '00189089': ['FD', direction] } })
    write(
      'dwi',
      [0, 3].flatMap(z => [
        image(z, z, { with: { '00189087': ['FD', 0] } }),
        ...directions.map(d => diffusion(z, 1000, d)),
      ]),
    )
    const volumes = await volumesIn('dwi')
    expect(volumes.map(firsts)).toEqual([
      [0, 3],
      [1000, 1003],
      [1000, 1003],
    ])
    expect(volumes[0]!.info.set!.axis).toBe('direction')
  })

  it('are told apart by time within each place when times differ from slice to slice', async () => {
    const timed = (z: number, repeat: number): TestDataset =>
      image(z, repeat * 100 + z, { with: { '00181060': ['DS', String(repeat * 500 + z * 7)] } })
    write(
      'ranks',
      [0, 2, 4].flatMap(z => [timed(z, 2), timed(z, 1)]),
    )
    expect((await volumesIn('ranks')).map(firsts)).toEqual([
      [100, 102, 104],
      [200, 202, 204],
    ])
  })

  it('stay together as duplicates when nothing tells them apart', async () => {
    write('doubled', [image(0, 1), image(0, 2), image(2, 3)])
    const [volume] = await volumesIn('doubled')
    expect(volume!.info.verdict.kind).toBe('duplicates')
    expect(volume!.info.affineLps).toBeNull()
  })
})

describe('other images in the series (D09)', () => {
  const axial = [0, 1, 2, 3, 4].map(z => image(z, z))

  it.each([
    [
      'a sagittal localizer',
      image(0, 99, { orientation: [0, 1, 0, 0, 0, -1], with: { '00080008': ['CS', 'ORIGINAL\\PRIMARY\\LOCALIZER'] } }),
    ],
    [
      'a larger image',
      imageDataset({ rows: 16, columns: 16, values: Array<number>(256).fill(9), positionLps: [0, 0, 0] }),
    ],
    ['other pixel spacing', image(9, 9, { spacingMm: [2, 2] })],
  ])('%s stands apart, with a note', async (name, odd) => {
    write(`d09/${name}`, [...axial, odd])
    const volumes = await volumesIn(`d09/${name}`)
    expect(volumes.map(({ info }) => info.frames)).toEqual([5, 1])
    expect(volumes[0]!.info.verdict.kind).toBe('uniform')
    expect(volumes[1]!.info.warnings.map(({ code }) => code)).toContain('mixed-series')
  })

  it('noise of the orientation splits nothing', async () => {
    const noisy = [0, 1, 2, 3].map(z => image(z, z, { orientation: [1, z * 1e-4, 0, -z * 1e-4, 1, 0] }))
    write('d09/noise', noisy)
    const volumes = await volumesIn('d09/noise')
    expect(volumes.map(({ info }) => [info.frames, info.verdict.kind])).toEqual([[4, 'uniform']])
  })
})

describe('multi-frame objects (D11)', () => {
  const frames = (values: readonly number[]): TestDataset =>
    imageDataset({ rows: 4, columns: 4, values: values.flatMap(value => Array<number>(16).fill(value)) })

  it('take geometry from shared and per-frame groups, in order of position', async () => {
    const z = [6, 0, 4, 2]
    const dataset: TestDataset = {
      ...frames(z.map(value => 10 + value)),
      '00280008': ['IS', '4'],
      '00280030': ['DS', ''],
      '52009229': [
        'SQ',
        [
          {
            '00209116': ['SQ', [{ '00200037': ['DS', '1\\0\\0\\0\\1\\0'] }]],
            '00289110': ['SQ', [{ '00180050': ['DS', '5'], '00280030': ['DS', '0.5\\0.7'] }]],
          },
        ],
      ],
      '52009230': [
        'SQ',
        z.map((value): TestDataset => ({ '00209113': ['SQ', [{ '00200032': ['DS', `0\\0\\${value}`] }]] })),
      ],
    }
    write('enhanced', [dataset])
    const [volume] = await volumesIn('enhanced')
    expect(firsts(volume!)).toEqual([10, 12, 14, 16])
    expect(volume!.info.spacingMm).toEqual([0.7, 0.5, 2])
    expect(volume!.info.sopInstanceUids.map(uid => uid.split('#')[1])).toEqual(['2', '4', '3', '1'])
  })

  it('rescale and window each frame by its own group', async () => {
    const group = (z: number, slope: string): TestDataset => ({
      '00209113': ['SQ', [{ '00200032': ['DS', `0\\0\\${z}`] }]],
      '00289145': ['SQ', [{ '00281052': ['DS', '0'], '00281053': ['DS', slope] }]],
      '00289132': ['SQ', [{ '00281050': ['DS', '50'], '00281051': ['DS', '100'] }]],
    })
    const dataset: TestDataset = {
      ...frames([10, 10]),
      '00280008': ['IS', '2'],
      '52009229': ['SQ', [{ '00209116': ['SQ', [{ '00200037': ['DS', '1\\0\\0\\0\\1\\0'] }]] }]],
      '52009230': ['SQ', [group(0, '1'), group(1, '2.5')]],
    }
    write('slopes', [dataset])
    const [volume] = await volumesIn('slopes')
    expect(firsts(volume!)).toEqual([10, 25])
    expect(volume!.info.windows).toEqual([{ center: 50, width: 100, label: '' }])
  })

  it('with one position go on by the signed spacing along the normal (NM)', async () => {
    const dataset: TestDataset = {
      ...frames([1, 2, 3]),
      '00080060': ['CS', 'NM'],
      '00280008': ['IS', '3'],
      '00180088': ['DS', '-2'],
      '00540022': ['SQ', [{ '00200032': ['DS', '5\\6\\0'], '00200037': ['DS', '1\\0\\0\\0\\1\\0'] }]],
    }
    write('nm', [dataset])
    const [volume] = await volumesIn('nm')
    expect(firsts(volume!)).toEqual([3, 2, 1])
    expect(volume!.info.slicePositionsMm).toEqual([-4, -2, 0])
    expect(voxelToMm(volume!.info.affineLps!, [0, 0, 1])).toEqual([5, 6, -2])
  })

  it('that overlap stay stacks of their own, shorter ones too (dose grids)', async () => {
    const grid = (number: number, z: readonly number[]): TestDataset => ({
      ...frames(z.map(value => 100 * number + value)),
      ...{ '00080060': ['CS', 'RTDOSE'], '00200013': ['IS', String(number)], '00280008': ['IS', String(z.length)] },
      ...{ '00200032': ['DS', '0\\0\\0'], '00200037': ['DS', '1\\0\\0\\0\\1\\0'], '3004000C': ['DS', z.join('\\')] },
    })
    write('doses', [grid(2, [0, 5, 10]), grid(1, [0])])
    const volumes = await volumesIn('doses')
    expect(volumes.map(firsts)).toEqual([[100], [200, 205, 210]])
    expect(volumes.map(({ info }) => [info.set?.axis, info.verdict.kind])).toEqual([
      ['file', 'uniform'],
      ['file', 'uniform'],
    ])
    expect(volumes.flatMap(({ info }) => info.warnings.map(({ code }) => code))).not.toContain('incomplete')
  })

  it('with several time points become a set', async () => {
    const group = (z: number, time: number): TestDataset => ({
      '00209113': ['SQ', [{ '00200032': ['DS', `0\\0\\${z}`] }]],
      '00209111': ['SQ', [{ '00209128': ['UL', time] }]],
    })
    const dataset: TestDataset = {
      ...frames([10, 20, 11, 21]),
      '00280008': ['IS', '4'],
      '52009229': ['SQ', [{ '00209116': ['SQ', [{ '00200037': ['DS', '1\\0\\0\\0\\1\\0'] }]] }]],
      '52009230': ['SQ', [group(0, 1), group(0, 2), group(1, 1), group(1, 2)]],
    }
    write('time', [dataset])
    expect((await volumesIn('time')).map(firsts)).toEqual([
      [10, 11],
      [20, 21],
    ])
  })
})

describe('mosaics', () => {
  it('are taken apart into slices at their places', async () => {
    // 2 x 2 tiles of 2 x 2 pixels, three used; tile n has the value n + 1.
    const values = [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 0, 0, 3, 3, 0, 0]
    const dataset = imageDataset({
      ...{ rows: 4, columns: 4, values, positionLps: [10, 20, 30], spacingMm: [2, 2] },
      with: {
        '00080008': ['CS', 'ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC'],
        '00080060': ['CS', 'MR'],
        '00180088': ['DS', '3'],
        '0019100A': ['US', 3],
      },
    })
    write('mosaic', [dataset])
    const [volume] = await volumesIn('mosaic')
    expect(volume!.info.size).toEqual([2, 2, 3])
    expect([...volume!.data]).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3])
    expect(volume!.info.spacingMm).toEqual([2, 2, 3])
    expect(voxelToMm(volume!.info.affineLps!, [0, 0, 0])).toEqual([12, 22, 30])
  })
})

describe('objects that belong to images', () => {
  it('are attached to them, or listed as skipped when the images are missing', async () => {
    const segmentation = (uid: string, series: string): TestDataset => ({
      '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.66.4'],
      '00080018': ['UI', uid],
      '00080060': ['CS', 'SEG'],
      '0008103E': ['LO', 'Lesions'],
      '00081115': ['SQ', [{ '0020000E': ['UI', series] }]],
    })
    write('seg', [
      image(0, 1),
      image(1, 1),
      segmentation('1.2.3.1', '1.2.826.0.1.3680043.10.3'),
      segmentation('1.2.3.2', '1.2.9'),
    ])
    const { inspection } = await scanPaths([join(folder.path, 'seg')])
    expect(inspection.files.read).toBe(3)
    expect(inspection.files.skipped.map(({ reason }) => reason)).toEqual(['a segmentation of images that are not here'])
    expect(inspection.volumes[0]!.attachments).toEqual([
      { kind: 'segmentation', path: join(folder.path, 'seg/2'), sopInstanceUid: '1.2.3.1', description: 'Lesions' },
    ])
  })
})
