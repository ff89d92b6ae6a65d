// What is on disk and what travels are types of their own: while version 1 is current they hold the same facts.
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Label } from '../ipc/project'
import type { VolumeInfo } from '../ipc/volume'
import { fileNameOf, journalName, snapshotName } from './layout'
import { PROJECT_FORMAT, type StoredLabel } from './projectFile'
import { SOURCES_FORMAT, type StoredVolume } from './sourcesFile'

describe('stored types', () => {
  it('hold what the contracts need: what is added there needs a new version here, unless a scan finds it again', () => {
    expectTypeOf<StoredVolume>().toExtend<VolumeInfo>()
    expectTypeOf<VolumeInfo>().toExtend<StoredVolume>()
    expectTypeOf<StoredLabel>().toEqualTypeOf<Label>()
    expect([PROJECT_FORMAT.version, SOURCES_FORMAT.version]).toEqual([1, 1])
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
