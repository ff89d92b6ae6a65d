import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as io from '@itk-wasm/image-io'
import { describe, expect, it } from 'vitest'
import { voxelToMm } from '#common/geometry/affine'
import { scanPaths } from '../intake/scan'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadSlice, loadVolume, type Volume } from '../volumes/load'

const folder = temporaryFolder()
const at = (name: string): string => join(folder.path, name)

async function onlyVolume(path: string): Promise<Volume> {
  const { inspection, sources } = await scanPaths([path])
  expect(inspection.files.skipped).toEqual([])
  const [source] = sources.values()
  return loadVolume(source!)
}

/** An image as ITK's writers take it. */
const itkImage = (size: number[], data: Uint8Array | Uint16Array, components = 1) => ({
  imageType: {
    dimension: size.length,
    componentType: data instanceof Uint8Array ? 'uint8' : 'uint16',
    pixelType: components === 1 ? 'Scalar' : 'RGB',
    components,
  },
  name: 'test',
  origin: size.map(() => 0),
  spacing: size.map(() => 1),
  direction: Float64Array.from(size.flatMap((_, a) => size.map((__, b) => (a === b ? 1 : 0)))),
  size,
  metadata: new Map(),
  data,
})
type Written = Parameters<typeof io.pngWriteImageNode>[0]
const image = (...args: Parameters<typeof itkImage>): Written => itkImage(...args) as unknown as Written

describe('images that know their place', () => {
  const values = Int16Array.from({ length: 24 }, (_, n) => n - 5)

  it('NRRD: LPS places and values', async () => {
    const header = [
      ...['NRRD0004', 'type: short', 'dimension: 3', 'space: left-posterior-superior', 'sizes: 4 3 2'],
      ...[
        'space directions: (0,2,0) (0,0,-2) (-3,0,0)',
        'space origin: (10,20,30)',
        'endian: little',
        'encoding: raw',
        '',
        '',
      ],
    ].join('\n')
    writeFileSync(at('a.nrrd'), Buffer.concat([Buffer.from(header), Buffer.from(values.buffer)]))
    const { info, data } = await onlyVolume(at('a.nrrd'))
    expect(info.size).toEqual([4, 3, 2])
    expect(info.spacingMm).toEqual([2, 2, 3])
    expect(info.verdict.kind).toBe('uniform')
    expect(voxelToMm(info.affineLps!, [1, 2, 1])).toEqual([7, 22, 26])
    expect(data).toEqual(values)
    expect(info.valueRange).toEqual([-5, 18])
  })

  it('NRRD in RAS words is turned into LPS', async () => {
    const header = [
      ...['NRRD0004', 'type: short', 'dimension: 3', 'space: right-anterior-superior', 'sizes: 4 3 2'],
      ...[
        'space directions: (1,0,0) (0,1,0) (0,0,1)',
        'space origin: (5,6,7)',
        'endian: little',
        'encoding: raw',
        '',
        '',
      ],
    ].join('\n')
    writeFileSync(at('ras.nrrd'), Buffer.concat([Buffer.from(header), Buffer.from(values.buffer)]))
    const { info } = await onlyVolume(at('ras.nrrd'))
    expect(voxelToMm(info.affineLps!, [1, 1, 1])).toEqual([-6, -7, 8])
  })

  it('MetaImage', async () => {
    const header = [
      ...['ObjectType = Image', 'NDims = 3', 'BinaryData = True', 'BinaryDataByteOrderMSB = False'],
      ...['TransformMatrix = 1 0 0 0 1 0 0 0 1', 'Offset = 1 2 3', 'ElementSpacing = 0.5 0.5 2', 'DimSize = 4 3 2'],
      ...['ElementType = MET_SHORT', 'ElementDataFile = LOCAL', ''],
    ].join('\n')
    writeFileSync(at('a.mha'), Buffer.concat([Buffer.from(header), Buffer.from(values.buffer)]))
    const { info, data } = await onlyVolume(at('a.mha'))
    expect(info.spacingMm).toEqual([0.5, 0.5, 2])
    expect(voxelToMm(info.affineLps!, [0, 0, 1])).toEqual([1, 2, 5])
    expect(data).toEqual(values)
  })
})

describe('images that do not', () => {
  it('PNG, grey and 16-bit: values without a place', async () => {
    const values = Uint16Array.from({ length: 12 }, (_, n) => n * 1000)
    await io.pngWriteImageNode(image([4, 3], values), at('deep.png'))
    const { info, data } = await onlyVolume(at('deep.png'))
    expect(info).toMatchObject({ size: [4, 3, 1], affineLps: null, verdict: { kind: 'none' }, samples: 1 })
    expect([...data]).toEqual([...values])
  })

  it('PNG in colour, TIFF, and JPEG, whatever they are called', async () => {
    const colours = Uint8Array.from({ length: 36 }, (_, n) => n * 7)
    await io.pngWriteImageNode(image([4, 3], colours, 3), at('colour.png'))
    const png = await onlyVolume(at('colour.png'))
    expect(png.info.samples).toBe(3)
    expect([...png.data]).toEqual([...colours])

    const grey = Uint8Array.from({ length: 12 }, (_, n) => n * 20)
    await io.tiffWriteImageNode(image([4, 3], grey), at('grey.tif'))
    expect([...(await onlyVolume(at('grey.tif'))).data]).toEqual([...grey])

    await io.jpegWriteImageNode(image([16, 16], new Uint8Array(256).fill(77)), at('flat.jpg'))
    const { sources } = await scanPaths([at('flat.jpg')])
    const slice = await loadSlice([...sources.values()][0]!, 0)
    expect(slice.values.every(value => Math.abs(value - 77) <= 2)).toBe(true)
  })

  it('have an id that follows name and content, not the folder', async () => {
    folder.write('elsewhere/colour.png', readFileSync(at('colour.png')))
    const [here, there] = await Promise.all([scanPaths([at('colour.png')]), scanPaths([at('elsewhere')])])
    expect([...there.sources.keys()]).toEqual([...here.sources.keys()])
  })

  it('that are damaged are skipped by name', async () => {
    writeFileSync(at('broken.tif'), readFileSync(at('grey.tif')).subarray(0, 20))
    const { inspection } = await scanPaths([at('broken.tif')])
    expect(inspection.volumes).toEqual([])
    expect(inspection.files.skipped[0]!.reason).toContain('broken.tif')
    writeFileSync(at('cut.png'), readFileSync(at('colour.png')).subarray(0, 50))
    const { sources } = await scanPaths([at('cut.png')])
    await expect(loadVolume([...sources.values()][0]!)).rejects.toMatchObject({ code: 'corrupt-file' })
  })
})
