// What is on disk and what travels are types of their own: the current versions hold the same facts.
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Label } from '../ipc/project'
import type { VolumeInfo } from '../ipc/volume'
import { volumeInfoOf } from '../../study/testing/volumeInfo'
import { fileNameOf, journalName, snapshotName } from './layout'
import { PROJECT_FORMAT, type StoredLabel } from './projectFile'
import { SOURCES_FORMAT, sourcesFile, type StoredVolume } from './sourcesFile'

describe('stored types', () => {
  it('hold what the contracts need: what is added there needs a new version here, unless a scan finds it again', () => {
    expectTypeOf<StoredVolume>().toExtend<VolumeInfo>()
    expectTypeOf<VolumeInfo>().toExtend<StoredVolume>()
    expectTypeOf<StoredLabel>().toEqualTypeOf<Label>()
    expect([PROJECT_FORMAT.version, SOURCES_FORMAT.version]).toEqual([1, 2])
  })

  it('reads sources of version 1, and keeps what version 2 added', () => {
    const volume = volumeInfoOf([4, 4, 2])
    const source = { volumeId: volume.id, relativePath: null, absolutePath: '/a', addedAt: '', volume }
    const first = JSON.stringify({ format: 'sagitta-sources', version: 1, sources: [source] })
    const migrated = SOURCES_FORMAT.parse(first, 'sources.json')
    expect(migrated.migratedFrom).toBe(1)
    expect(migrated.value.sources[0]!.volume).toEqual(volume)
    const more = {
      ...{ voiLut: { first: 0, bits: 8, levels: [0, 255], label: '' }, padding: [-2000, -2000] as [number, number] },
      set: { id: 's', axis: 'time', index: 0, count: 2 },
      attachments: [{ kind: 'segmentation' as const, path: '/s.dcm', sopInstanceUid: '1.2', description: '' }],
    }
    const second = JSON.stringify(sourcesFile([{ ...source, volume: { ...volume, ...more } }]))
    expect(SOURCES_FORMAT.parse(second, 'sources.json').value.sources[0]!.volume).toEqual({ ...volume, ...more })
  })

  it('refuses two labels of one value', () => {
    const label = { value: 1, name: 'A', color: '#000000', category: null, type: null, locked: false, visible: true }
    const file = {
      ...{ format: 'sagitta-project', version: 1, id: 'x', name: 'P', scratch: false, createdAt: '', savedAt: '' },
      ...{ labels: [label, { ...label, name: 'B' }], labelMaps: {} },
    }
    expect(() => PROJECT_FORMAT.parse(JSON.stringify(file), 'project.json')).toThrow('two labels have the same value')
  })
})

describe('file names', () => {
  it('hold any volume id on every system', () => {
    expect(journalName('02f84239dd5a24fa')).toBe('02f84239dd5a24fa.jsonl')
    expect(snapshotName('1.2.3', 12)).toBe('1.2.3.12.nii.gz')
    expect(fileNameOf('a/b\\c:d*e?f"g<h>i|j')).toMatch(/^[\w.%-]+$/)
    expect(decodeURIComponent(fileNameOf('médical/(1)*'))).toBe('médical/(1)*')
  })
})
