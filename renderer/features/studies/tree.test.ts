import { describe, expect, it } from 'vitest'
import type { VolumeInfo } from '#common/ipc/volume'
import type { Source } from '../../stores'
import { phantomVolumes } from '../../api/fake/phantom'
import {
  isTooLarge,
  matches,
  patientName,
  placesOf,
  seriesLine,
  seriesName,
  sizeText,
  studyCaption,
  treeOf,
} from './tree'

const base = phantomVolumes([8, 8, 4], '/scans')[0]!.info
const info = (part: Partial<VolumeInfo> = {}): VolumeInfo => ({ ...base, ...part })
const source = (id: string, part: Partial<VolumeInfo> = {}, labelled = false): Source => ({
  volumeId: id,
  path: '/scans',
  status: 'here',
  info: info({ id, ...part }),
  labelled,
})

describe('tree of studies', () => {
  it('groups by patient and study, in the order added; studies by date, series by number', () => {
    const tree = treeOf([
      source('b', { seriesNumber: 10 }),
      source('a', { seriesNumber: 9 }),
      source('old', { studyUid: 'before', studyDate: '20200101' }, true),
      source('other', { patientId: 'PH-9', patientName: 'Phantom^Zoe' }),
    ])
    expect(tree.map(({ name, count, labelled }) => [name, count, labelled])).toEqual([
      ['Anna Phantom', 3, 1],
      ['Zoe Phantom', 1, 0],
    ])
    const ids = tree[0]!.studies.map(study => study.series.map(({ members }) => members[0]!.volumeId))
    expect(ids).toEqual([['old'], ['a', 'b']])
  })

  it('keeps two patients of one name apart', () => {
    expect(treeOf([source('a'), source('b', { patientId: 'PH-2' })])).toHaveLength(2)
  })

  it('makes one row of series along one axis, in its order (4-D)', () => {
    const time = (id: string, index: number): Source =>
      source(id, { set: { id: 'set', axis: 'time', index, count: 3 }, description: `fMRI (${index + 1} of 3)` })
    const [patient] = treeOf([time('c', 2), source('plain'), time('a', 0), time('b', 1)])
    const rows = patient!.studies[0]!.series
    expect(rows.map(({ axis, members }) => [axis, members.map(({ volumeId }) => volumeId)])).toEqual([
      ['time', ['a', 'b', 'c']],
      ['', ['plain']],
    ])
    expect(patient!.count).toBe(4)
  })

  it('shows no ID twice, and says when a name is missing', () => {
    expect(treeOf([source('a', { patientName: '', patientId: 'PH-1' })])[0]).toMatchObject({ name: 'PH-1', id: '' })
    expect(patientName(info({ patientName: '', patientId: '' }))).toBe('No patient name')
  })

  it('names series without a description by modality and number', () => {
    expect(seriesName(info({ description: '' }))).toBe('CT series 2')
    expect(seriesName(info({ description: '', modality: '', seriesNumber: null }))).toBe('Series')
  })

  it('writes captions of what is known', () => {
    expect(studyCaption(info())).toBe('F 54 · 12 Mar 2024 · CT abdomen')
    expect(studyCaption(info({ patientSex: '', patientAge: '', studyDescription: '', studyDate: '' }))).toBe('CT')
    expect(sizeText(info())).toBe('8 × 8 × 4')
    expect(seriesLine(info({ seriesNumber: 4 }))).toBe('8 × 8 × 4 · S4')
    expect(seriesLine(info({ seriesNumber: null, size: [888, 512, 1] }))).toBe('888 × 512')
    expect(sizeText(info({ size: [888, 512, 1] }))).toBe('888 × 512')
  })

  it('names each place once, and none inside another', () => {
    const at = (path: string, status: Source['status'] = 'here'): Source => ({ ...source(path), path, status })
    expect(placesOf([at('/a/b'), at('/a'), at('/ab'), at('/a'), at('/gone', 'moved')])).toEqual(['/a', '/ab'])
  })

  it('knows which series are larger than memory may be (D15)', () => {
    expect(isTooLarge(info({ loadBytes: 1.05e9 }), 512)).toBe(true)
    expect(isTooLarge(info({ loadBytes: 1.05e9 }), 4096)).toBe(false)
    expect(isTooLarge(info({}), 1)).toBe(false)
  })

  it('finds by every word, wherever it stands', () => {
    const anna = source('a')
    expect(matches(anna, 'venous anna')).toBe(true)
    expect(matches(anna, 'PH-0001')).toBe(true)
    expect(matches(anna, 'anna arterial')).toBe(false)
  })
})
