import { describe, expect, it } from 'vitest'
import type { TestDataset } from '../../study/testing/dicomFile'
import { dicomFile, imageDataset } from '../../study/testing/dicomFile'
import { instanceOf } from './instance'
import { parseHeader } from './parse'
import { grey, greyByLut, windowOfRange } from './grey'

const factsOf = (changes: TestDataset) => {
  const file = dicomFile(
    imageDataset({ rows: 2, columns: 2, values: [0, 1, 2, 3], positionLps: [0, 0, 0], with: changes }),
  )
  return instanceOf(
    parseHeader(file, bytes => bytes),
    { path: 'a', entry: null },
  ).image!.frames[0]!
}
const windows = (center: string, width: string) =>
  factsOf({ '00281050': ['DS', center], '00281051': ['DS', width] }).windows.map(({ center: c, width: w }) => [c, w])

describe('window tags (D04)', () => {
  it('are a list of presets, the first the default', () => {
    expect(windows('40\\-600', '400\\1500')).toEqual([
      [40, 400],
      [-600, 1500],
    ])
    const labelled = factsOf({
      '00281050': ['DS', '40\\-600'],
      '00281051': ['DS', '400\\1500'],
      '00281055': ['LO', 'SOFT\\LUNG'],
    })
    expect(labelled.windows.map(({ label }) => label)).toEqual(['SOFT', 'LUNG'])
  })

  it('may be empty or nonsense: then the data range is shown', () => {
    expect(windows('', '')).toEqual([])
    expect(windows('NaN', 'NaN')).toEqual([])
    expect(windows('40', '0')).toEqual([])
    expect(windows('40', '')).toEqual([])
    expect(windowOfRange([-1000, 1000])).toMatchObject({ center: 0, width: 2000 })
    expect(windowOfRange([5, 5])).toMatchObject({ center: 5, width: 1 })
    expect(windowOfRange(null)).toBeNull()
  })

  it('may be centred at 0', () => {
    expect(windows('0', '100')).toEqual([[0, 100]])
    expect(grey(0, { center: 0, width: 100 })).toBeCloseTo(0.505, 3)
  })

  it('may be narrower than 1', () => {
    expect(windows('0.45', '0.91')).toEqual([[0.45, 0.91]])
    expect(grey(0.45, { center: 0.45, width: 0.91 })).toBe(0.5)
    expect(grey(0.000244 * 3710, { center: 0.45, width: 0.91 })).toBeCloseTo(1, 2)
    expect(grey(-1, { center: 0.45, width: 0.91 })).toBe(0)
  })

  it('may stand in Frame VOI LUT Sequence alone', () => {
    const shared: TestDataset = { '00289132': ['SQ', [{ '00281050': ['DS', '7'], '00281051': ['DS', '9'] }]] }
    expect(factsOf({ '52009229': ['SQ', [shared]] }).windows).toEqual([{ center: 7, width: 9, label: '' }])
  })

  it('give way to an explicit VOI LUT', () => {
    const item: TestDataset = { '00283002': ['US', [4, 0, 8]], '00283006': ['US', [0, 10, 200, 255]] }
    const { voiLut } = factsOf({ '00283010': ['SQ', [item]] })
    expect([-5, 0, 1, 2, 3, 99].map(value => Math.round(greyByLut(value, voiLut!) * 255))).toEqual([
      0, 0, 10, 200, 255, 255,
    ])
  })

  it('follow the linear function of the standard', () => {
    const window = { center: 2048, width: 4096 }
    expect(grey(0, window)).toBe(0)
    expect(grey(4095, window)).toBe(1)
    expect(grey(2047.5, window)).toBe(0.5)
    expect(grey(9, { center: 10, width: 1 })).toBe(0)
  })
})
