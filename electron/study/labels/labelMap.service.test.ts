// The label map on a real disk: exact undo, crash recovery, compaction, full disks (CASES S04, S05; DESIGN §4 Journal).
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Label } from '#common/ipc/project'
import type { Stroke } from '#common/ipc/voxels'
import type { VolumeInfo } from '#common/ipc/volume'
import { SagittaError } from '#common/errors'
import { labelTable, volumeInfoOf } from '../testing/volumeInfo'
import { smallDisk } from '../testing/smallDisk'
import { removeLabelChange } from './change'
import { LabelMap, type LabelMapOptions } from './labelMap'
import { snapshotFiles } from './labelNifti'
import type { SnapshotPointer } from './snapshot'

let folder: string
let table: Label[]
let pointer: SnapshotPointer | null
let troubles: Error[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sagitta-labels-'))
  table = labelTable('Liver', 'Lesion', 'Spine')
  pointer = null
  troubles = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (info: VolumeInfo, over: Partial<LabelMapOptions> = {}): Promise<LabelMap> =>
  LabelMap.open({
    info,
    folder,
    snapshot: pointer,
    files: snapshotFiles,
    point: async next => void (pointer = next),
    table: () => table,
    who: () => 'Tester',
    onTrouble: error => troubles.push(error),
    ...over,
  })

const strokeAt = (i: number, j: number, k: number, over: Partial<Stroke> = {}): Stroke => ({
  volumeId: 'test-volume',
  k,
  points: [[i, j]],
  radiusMm: 3,
  tool: 'brush',
  label: 2,
  paintOver: 'unlocked',
  ...over,
})

const hash = (map: LabelMap): string => createHash('sha256').update(map.values).digest('hex')
const journalPath = (): string => join(folder, 'journal', 'test-volume.jsonl')

const refusal = async (work: Promise<unknown>): Promise<SagittaError> => {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof SagittaError) return thrown
    throw thrown
  }
  throw new Error('It was expected to be refused.')
}

describe('edits', () => {
  it('paints 29 voxels on the shown slice and acknowledges them with counts and volume', async () => {
    const map = await open(volumeInfoOf([16, 16, 5], { pixelMm: 1, stepMm: 3 }))
    const ack = await map.stroke(strokeAt(8, 8, 2))
    expect(ack.changedSlices).toEqual([2])
    expect(ack.entry).toMatchObject({
      seq: 1,
      who: 'Tester',
      action: 'brush',
      label: 2,
      k: 2,
      voxelsAdded: 29,
      text: 'Brush, Lesion',
    })
    expect(ack.state.counts).toEqual([{ value: 2, voxels: 29, volumeMl: 0.087 }])
    expect(ack.state.sliceLabels).toEqual([[], [], [2], [], []])
    expect(readFileSync(journalPath(), 'utf8').trim().split('\n').length).toBe(2)
    await map.close()
  })

  it('runs strokes that arrive at once one after the other', async () => {
    const map = await open(volumeInfoOf([64, 64, 4]))
    const acks = await Promise.all(Array.from({ length: 20 }, (_, n) => map.stroke(strokeAt(3 * n, 30, n % 4))))
    expect(acks.map(ack => ack.entry.seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(map.state().journalEdits).toBe(20)
    await map.close()
  })

  it('leaves locked labels alone and refuses to paint with one', async () => {
    const map = await open(volumeInfoOf([16, 16, 1]))
    await map.stroke(strokeAt(5, 8, 0, { label: 1 }))
    table = table.map(label => (label.value === 1 ? { ...label, locked: true } : label))
    const before = map.state().counts
    await map.stroke(strokeAt(7, 8, 0, { label: 2 }))
    expect(map.state().counts[0]).toEqual(before[0])
    expect((await refusal(map.stroke(strokeAt(5, 8, 0, { label: 1 })))).code).toBe('label-locked')
    expect((await refusal(map.stroke(strokeAt(5, 8, 0, { label: 9 })))).code).toBe('label-unknown')
    expect((await refusal(map.stroke(strokeAt(5, 8, 7)))).code).toBe('request-invalid')
    expect(map.state().journalEdits).toBe(2)
    await map.close()
  })

  it('says so when a stroke changes nothing, and records nothing', async () => {
    const map = await open(volumeInfoOf([16, 16, 1]))
    await map.stroke(strokeAt(8, 8, 0))
    const ack = await map.stroke(strokeAt(8, 8, 0))
    expect(ack).toMatchObject({ changedSlices: [], entry: { action: 'none', seq: 1 } })
    expect(ack.entry.text).toContain('Nothing painted')
    expect(map.state().journalEdits).toBe(1)
    await map.close()
  })

  it('marks slices, and undo takes the mark back', async () => {
    const map = await open(volumeInfoOf([8, 8, 6]))
    const ack = await map.setStates([2, 3, 4], 'complete')
    expect(ack.entry.text).toBe('Slices 3 to 5 complete')
    expect(ack.state.states).toEqual(['untouched', 'untouched', 'complete', 'complete', 'complete', 'untouched'])
    expect((await map.undo()).ack.state.states).toEqual(new Array(6).fill('untouched'))
    expect((await map.redo()).ack.state.states[3]).toBe('complete')
    await map.close()
    const again = await open(volumeInfoOf([8, 8, 6]))
    expect(again.states[3]).toBe('complete')
    await again.close()
  })

  it('takes a label out of the map as one undoable edit', async () => {
    const map = await open(volumeInfoOf([16, 16, 3]))
    await map.stroke(strokeAt(8, 8, 0))
    await map.stroke(strokeAt(8, 8, 2))
    const before = hash(map)
    const ack = await map.edit(view => removeLabelChange(view, table[1]!))
    expect(ack.changedSlices).toEqual([0, 2])
    expect(ack.state.counts).toEqual([])
    const { target } = await map.undo()
    expect(target.removedLabel).toEqual(table[1])
    expect(hash(map)).toBe(before)
    await map.close()
  })
})

describe('undo (S05)', () => {
  const info = volumeInfoOf([256, 256, 64])
  const strokes = Array.from({ length: 200 }, (_, n) =>
    strokeAt(10 + ((n * 37) % 236), 10 + ((n * 59) % 236), (n * 7) % 64, { label: 1 + (n % 3) }),
  )

  it('is exact over 200 strokes there and back, in far less than 32 MiB, and a new stroke clears redo', async () => {
    const map = await open(info)
    expect(map.state()).toMatchObject({ canUndo: false, canRedo: false })
    const empty = hash(map)
    for (const stroke of strokes) await map.stroke(stroke)
    const full = hash(map)
    expect(statSync(journalPath()).size).toBeLessThan(200 * 1024)

    for (let n = 0; n < 200; n++) await map.undo()
    expect(hash(map)).toBe(empty)
    expect(map.state()).toMatchObject({ canUndo: false, canRedo: true, counts: [] })
    expect((await refusal(map.undo())).code).toBe('nothing-to-undo')

    for (let n = 0; n < 200; n++) await map.redo()
    expect(hash(map)).toBe(full)
    expect((await refusal(map.redo())).code).toBe('nothing-to-undo')

    await map.undo()
    await map.stroke(strokeAt(100, 100, 63))
    expect(map.state().canRedo).toBe(false)
    expect(statSync(journalPath()).size).toBeLessThan(32 * 1024 * 1024)
    const before = hash(map)
    await map.close()
    const again = await open(info)
    expect(hash(again)).toBe(before)
    expect(again.state()).toMatchObject({ canUndo: true, canRedo: false })
    expect(again.entries(1)[0]).toMatchObject({ action: 'brush', seq: 602 })
    await again.close()
  })

  it('compacts the oldest payloads into a snapshot but never who, what and when', async () => {
    const map = await open(info, { budgetBytes: 4096 })
    for (const stroke of strokes) await map.stroke(stroke)
    expect(troubles).toEqual([])
    expect(pointer).not.toBeNull()
    const full = hash(map)
    const entries = map.entries(1000)
    expect(entries.length).toBe(200)
    expect(
      entries.every(entry => entry.who === 'Tester' && entry.text.startsWith('Brush') && entry.voxelsAdded > 0),
    ).toBe(true)
    for (let n = 0; n < 5; n++) await map.undo()
    for (let n = 0; n < 5; n++) await map.redo()
    expect(hash(map)).toBe(full)
    await map.close()
    const again = await open(info, { budgetBytes: 4096 })
    expect(hash(again)).toBe(full)
    expect(readdirSync(join(folder, 'labels')).length).toBe(1)
    let undone = 0
    while (again.state().canUndo) {
      await again.undo()
      undone++
    }
    expect(undone).toBeGreaterThan(5)
    expect(undone).toBeLessThan(200)
    expect((await refusal(again.undo())).message).toContain('compacted')
    await again.close()
  })
})

describe('opening again', () => {
  const info = volumeInfoOf([32, 32, 8])

  it('finds the same voxels with and without its snapshot', async () => {
    const map = await open(info)
    for (let n = 0; n < 8; n++) await map.stroke(strokeAt(4 * n, 16, n))
    const drawn = hash(map)
    await map.close()
    expect(pointer?.seq).toBe(8)
    const fromSnapshot = await open(info)
    expect(hash(fromSnapshot)).toBe(drawn)
    const fromJournal = await open(info, { snapshot: null })
    expect(hash(fromJournal)).toBe(drawn)
    expect(fromJournal.state().counts).toEqual(fromSnapshot.state().counts)
    await fromSnapshot.close()
  })

  it('leaves a torn last entry out, keeps it aside and says so', async () => {
    const map = await open(info)
    await map.stroke(strokeAt(8, 8, 1))
    const drawn = hash(map)
    await map.stroke(strokeAt(20, 20, 1))
    const bytes = readFileSync(journalPath())
    for (const cut of [1, 10, 60]) {
      writeFileSync(journalPath(), bytes.subarray(0, bytes.length - cut))
      const again = await open(info)
      expect(hash(again)).toBe(drawn)
      expect(again.warnings[0]).toMatchObject({ code: 'journal-torn' })
      expect(existsSync(again.warnings[0]!.files[1]!)).toBe(true)
      await again.stroke(strokeAt(8, 20, 1))
      await again.undo()
      const third = await open(info, { snapshot: null })
      expect(third.warnings).toEqual([])
      expect(hash(third)).toBe(drawn)
    }
  })

  it('leaves out a last line whose sectors were never written', async () => {
    const map = await open(info)
    await map.stroke(strokeAt(8, 8, 1))
    const drawn = hash(map)
    appendFileSync(journalPath(), Buffer.concat([Buffer.alloc(200), Buffer.from('\n')]))
    const again = await open(info)
    expect(hash(again)).toBe(drawn)
    expect(again.warnings.length).toBe(1)
  })

  it('refuses a damaged journal by file and line, and changes nothing', async () => {
    const map = await open(info)
    for (let n = 0; n < 4; n++) await map.stroke(strokeAt(4 * n, 16, n))
    const lines = readFileSync(journalPath(), 'utf8').split('\n')
    const damaged = [...lines.slice(0, 2), lines[2]!.slice(0, 40), ...lines.slice(3)].join('\n')
    writeFileSync(journalPath(), damaged)
    const error = await refusal(open(info))
    expect(error).toMatchObject({ code: 'project-corrupt', details: { file: journalPath(), line: 3 } })
    expect(readFileSync(journalPath(), 'utf8')).toBe(damaged)

    writeFileSync(journalPath(), [...lines.slice(0, 2), ...lines.slice(3)].join('\n'))
    expect((await refusal(open(info))).message).toContain('entry 2 is missing')

    const payload = (JSON.parse(lines[2]!) as { voxels: string }).voxels
    const broken = `${payload.slice(0, 12)}AAAA${payload.slice(16)}`
    writeFileSync(journalPath(), lines.join('\n').replace(payload, broken))
    expect((await refusal(open(info))).code).toBe('project-corrupt')
  })

  it('refuses labels of another grid and keeps them', async () => {
    const map = await open(info)
    await map.stroke(strokeAt(8, 8, 1))
    await map.close()
    const before = readFileSync(journalPath())
    expect((await refusal(open(volumeInfoOf([32, 32, 9])))).code).toBe('grid-mismatch')
    expect((await refusal(open(volumeInfoOf([32, 32, 8], { stepMm: 2 })))).message).toContain('other places')
    expect(readFileSync(journalPath()).equals(before)).toBe(true)
  })

  it('refuses a journal that ends before its snapshot', async () => {
    const map = await open(info)
    for (let n = 0; n < 4; n++) await map.stroke(strokeAt(4 * n, 16, n))
    await map.close()
    const lines = readFileSync(journalPath(), 'utf8').split('\n')
    writeFileSync(journalPath(), `${lines.slice(0, 3).join('\n')}\n`)
    expect((await refusal(open(info))).code).toBe('project-corrupt')
  })
})

describe('a disk that takes nothing', () => {
  const disk = smallDisk(128)
  it.skipIf(disk === null)(
    'refuses the stroke, keeps what was drawn, and goes on when there is room again',
    async () => {
      try {
        folder = disk!.folder
        const info = volumeInfoOf([64, 64, 4])
        const map = await open(info)
        await map.stroke(strokeAt(10, 10, 0))
        const drawn = hash(map)
        const filler = join(folder, 'filler')
        let room = 256
        while (room > 0) {
          try {
            appendFileSync(filler, Buffer.alloc(room))
          } catch {
            room = Math.floor(room / 2)
          }
        }
        let error: SagittaError | null = null
        // The journal's last page may still have room for a few strokes.
        for (let n = 0; n < 40 && !error; n++)
          error = await map.stroke(strokeAt(n, 30, 1)).then(
            () => null,
            thrown => thrown as SagittaError,
          )
        expect(error).toMatchObject({ code: 'disk-full', details: { path: journalPath() } })
        expect(error!.message).toContain('What was saved before still holds')
        const kept = hash(map)
        expect(map.slice(0)[10 * 64 + 10]).toBe(2)
        expect(kept === drawn && map.state().journalEdits !== 1).toBe(false)
        await expect(map.stroke(strokeAt(50, 50, 2))).rejects.toMatchObject({ code: 'disk-full' })
        expect(hash(map)).toBe(kept)

        rmSync(filler)
        await map.stroke(strokeAt(50, 50, 2))
        const after = hash(map)
        const again = await open(info, { snapshot: null })
        expect(again.warnings).toEqual([])
        expect(hash(again)).toBe(after)
        await again.close()
        await map.close()
      } finally {
        disk!.remove()
      }
    },
  )

  it.skipIf(!existsSync('/dev/full'))(
    'refuses on a device that is always full, and heals when it is replaced',
    async () => {
      const info = volumeInfoOf([32, 32, 2])
      const map = await open(info)
      await map.stroke(strokeAt(10, 10, 0))
      await map.close()
      const bytes = readFileSync(journalPath())
      const again = await open(info)
      const { symlinkSync } = await import('node:fs')
      rmSync(journalPath())
      symlinkSync('/dev/full', journalPath())
      expect((await refusal(again.stroke(strokeAt(20, 20, 0)))).code).toMatch(/disk-full|not-writable|internal/)
      expect(again.state().journalEdits).toBe(1)
      rmSync(journalPath())
      writeFileSync(journalPath(), bytes)
      await again.stroke(strokeAt(20, 20, 0))
      expect(again.state().journalEdits).toBe(2)
      await again.close()
    },
  )
})
