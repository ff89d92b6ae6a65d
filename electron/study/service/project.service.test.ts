// A project's life on a real disk: made, drawn in, closed, found again, moved, damaged, locked (issue items 8, Bad input; CASES D07).
import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import type { Stroke } from '#common/ipc/voxels'
import { processStart } from '../project/processStart'
import { smallDisk } from '../testing/smallDisk'
import { noJob, testService, writeTestVolume } from '../testing/niftiStudy'
import { projectHandlers } from './projectHandlers'
import type { StudyService } from './studyService'
import { voxelsHandlers } from './voxelsHandlers'

let root: string
let study: StudyService
let project: ReturnType<typeof projectHandlers>
let voxels: ReturnType<typeof voxelsHandlers>

const start = (): void => {
  study = testService(root)
  project = projectHandlers(study)
  voxels = voxelsHandlers(study)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sagitta-project-'))
  start()
})
afterEach(async () => {
  await study.closeProject()
  rmSync(root, { recursive: true, force: true })
})

const at = (...parts: string[]): string => join(root, ...parts)

const refusal = async (work: unknown): Promise<SagittaError> => {
  try {
    await work
  } catch (thrown) {
    if (thrown instanceof SagittaError) return thrown
    throw thrown
  }
  throw new Error('It was expected to be refused.')
}

const strokeOn = (volumeId: string, k: number, i = 8, j = 6): Stroke => ({
  volumeId,
  k,
  points: [[i, j]],
  radiusMm: 2,
  tool: 'brush',
  label: 1,
  paintOver: 'unlocked',
})

/** A project with one source, drawn on. */
async function drawn(folder = at('project'), images = at('images', 'ct.nii.gz')): Promise<string> {
  await writeTestVolume(images)
  await project.create({ folder, name: 'Livers' })
  const state = await project.add({ paths: [images] }, noJob())
  const { volumeId } = state.sources[0]!
  await voxels.stroke(strokeOn(volumeId, 2))
  await voxels.setSliceState({ volumeId, slices: [2], state: 'complete' })
  return volumeId
}

const hashOf = async (volumeId: string): Promise<string> => {
  const hash = createHash('sha256')
  for (let k = 0; k < 6; k++) hash.update((await voxels.labelSlice({ volumeId, k })).values)
  return hash.digest('hex')
}

describe('a project', () => {
  it('is the same to the voxel when it is opened again', async () => {
    const volumeId = await drawn()
    await project.addLabel({ name: 'Lesion' })
    await voxels.stroke({ ...strokeOn(volumeId, 4), label: 2 })
    const before = await hashOf(volumeId)
    const map = await voxels.openLabels({ volumeId })
    await project.close({})
    expect(existsSync(at('project', 'project.lock'))).toBe(false)

    start()
    const state = await project.open({ folder: at('project') })
    expect(state).toMatchObject({ name: 'Livers', scratch: false, warnings: [] })
    expect(state.labels.map(label => label.name)).toEqual(['Label 1', 'Lesion'])
    expect(state.sources[0]).toMatchObject({ status: 'here', labelled: true, volumeId })
    expect(await hashOf(volumeId)).toBe(before)
    const again = await voxels.openLabels({ volumeId })
    expect(again).toEqual({ ...map, journalBytes: again.journalBytes })
    expect(again.states[2]).toBe('complete')
    expect((await voxels.journal({ volumeId, limit: 10 })).map(entry => entry.text)).toEqual([
      'Brush, Lesion',
      'Slice 3 complete',
      'Brush, Label 1',
    ])
  })

  it('leaves its labels as NIfTI in labels/ and nothing half-written', async () => {
    const volumeId = await drawn()
    await project.close({})
    expect(readdirSync(at('project', 'labels'))).toEqual([`${volumeId}.2.nii.gz`])
    expect(readdirSync(at('project')).sort()).toEqual(['journal', 'labels', 'project.json', 'sources.json'])
  })

  it('works in folders with any name, composed and decomposed, and beyond 260 characters', async () => {
    for (const form of ['NFC', 'NFD'] as const) {
      const name = 'médical/影像 (1)/Ünïcode'.normalize(form)
      const deep = Array.from({ length: 6 }, () => 'x'.repeat(50))
      const images = at(form, name, ...deep, 'tête•1.nii.gz')
      const volumeId = await drawn(at(form, name, ...deep, 'projet'), images)
      const before = await hashOf(volumeId)
      const out = at(form, name, 'étiquettes.nii.gz')
      await voxels.exportLabels({ volumeId, out }, noJob())
      expect(existsSync(out)).toBe(true)
      await project.close({})
      await project.open({ folder: at(form, name, ...deep, 'projet') })
      expect(await hashOf(volumeId)).toBe(before)
      expect((await voxels.slice({ volumeId, k: 1 })).values[0]).toBe(100)
      await project.close({})
    }
  })

  it('stays open when another one cannot be opened', async () => {
    const volumeId = await drawn()
    expect((await refusal(project.open({ folder: at('nowhere') }))).code).toBe('not-found')
    mkdirSync(at('empty'))
    expect((await refusal(project.open({ folder: at('empty') }))).message).toContain('holds no Sagitta project')
    expect((await refusal(project.create({ folder: at('project'), name: 'Again' }))).code).toBe('not-writable')
    expect((await project.current({}))?.name).toBe('Livers')
    await voxels.stroke(strokeOn(volumeId, 5))
  })

  it('says what a folder without images holds instead', async () => {
    writeFileSync(at('readme.txt'), 'not an image')
    const error = await refusal(project.add({ paths: [root] }, noJob()))
    expect(error.code).toBe('no-images')
    expect(error.message).toContain('readme.txt')
    expect(await project.current({})).toBeNull()
  })

  it('names a folder that cannot be made', async () => {
    writeFileSync(at('file'), '')
    const error = await refusal(project.create({ folder: at('file', 'project'), name: 'X' }))
    expect(error.code).toBe('not-writable')
    expect(error.message).toContain(at('file', 'project'))
  })

  const disk = smallDisk(4096)
  it.skipIf(disk === null)(
    'on a disk that became read-only refuses edits by file, and goes on when it can be written again',
    async () => {
      try {
        const folder = join(disk!.folder, 'project')
        const volumeId = await drawn(folder)
        const before = await hashOf(volumeId)
        await voxels.stroke(strokeOn(volumeId, 5))
        await voxels.undo({ volumeId })
        await project.close({})
        disk!.setReadOnly(true)
        const locked = await refusal(project.open({ folder }))
        expect(locked.code).toBe('not-writable')
        expect(locked.message).toContain(folder)
        expect((await refusal(project.create({ folder: join(disk!.folder, 'new'), name: 'X' }))).code).toBe(
          'not-writable',
        )
        disk!.setReadOnly(false)
        await project.open({ folder })
        disk!.setReadOnly(true)
        const error = await refusal(voxels.stroke(strokeOn(volumeId, 5)))
        expect(error.code).toBe('not-writable')
        expect(error.message).toContain('still holds')
        expect((await refusal(project.addLabel({ name: 'Lesion' }))).code).toBe('not-writable')
        expect(await hashOf(volumeId)).toBe(before)
        disk!.setReadOnly(false)
        await voxels.stroke(strokeOn(volumeId, 5))
        await project.close({})
      } finally {
        disk!.remove()
      }
    },
  )
})

describe('damage', () => {
  const damaged = async (file: string, content: string | null): Promise<SagittaError> => {
    await drawn()
    await project.close({})
    if (content === null) rmSync(at('project', file))
    else writeFileSync(at('project', file), content)
    const error = await refusal(project.open({ folder: at('project') }))
    if (content !== null) expect(readFileSync(at('project', file), 'utf8')).toBe(content)
    expect(existsSync(at('project', 'project.lock'))).toBe(false)
    return error
  }

  it('is told by file, and never read as an empty project', async () => {
    const half = await damaged('project.json', '{"format":"sagitta-project","version":1,"na')
    expect(half).toMatchObject({ code: 'project-corrupt', details: { file: at('project', 'project.json') } })
  })

  it('is told when a field is wrong', async () => {
    const wrong = await damaged('sources.json', '{"format":"sagitta-sources","version":1,"sources":[{"volumeId":7}]}')
    expect(wrong.message).toContain('sources.0.volumeId')
  })

  it('is told when sources.json is gone', async () => {
    expect(await damaged('sources.json', null)).toMatchObject({ code: 'project-corrupt' })
  })

  it('is not assumed of a newer version', async () => {
    expect(await damaged('project.json', '{"format":"sagitta-project","version":99}')).toMatchObject({
      code: 'project-too-new',
    })
  })

  it('of a snapshot is told by file', async () => {
    const volumeId = await drawn()
    await project.close({})
    const snapshot = at('project', 'labels', `${volumeId}.2.nii.gz`)
    writeFileSync(snapshot, readFileSync(snapshot).subarray(0, 40))
    await project.open({ folder: at('project') })
    const error = await refusal(voxels.openLabels({ volumeId }))
    expect(error.code).toBe('truncated')
    expect(error.message).toContain(snapshot)
  })
})

describe('the lock', () => {
  it('keeps a second process out and names the first', async () => {
    await drawn()
    const second = projectHandlers(testService(root))
    const error = await refusal(second.open({ folder: at('project') }))
    expect(error).toMatchObject({ code: 'project-locked', details: { pid: process.pid, host: hostname() } })
    await project.close({})
    await second.open({ folder: at('project') })
    await second.close({})
  })

  const leaveLock = (holder: object): void =>
    writeFileSync(
      at('project', 'project.lock'),
      JSON.stringify({ since: '2026-01-01T00:00:00.000Z', token: 'old', ...holder }),
    )

  it('of a process that is gone is taken over', async () => {
    await drawn()
    await project.close({})
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    leaveLock({ pid: child.pid, host: hostname(), started: null })
    await project.open({ folder: at('project') })
  })

  it('of a process whose number another one has now is taken over', async () => {
    await drawn()
    await project.close({})
    expect(await processStart(process.ppid)).not.toBeNull()
    leaveLock({ pid: process.ppid, host: hostname(), started: await processStart(process.ppid) })
    expect((await refusal(project.open({ folder: at('project') }))).code).toBe('project-locked')
    leaveLock({ pid: process.ppid, host: hostname(), started: 'another boot 12345' })
    await project.open({ folder: at('project') })
  })

  it('that this process failed to remove does not keep it out', async () => {
    await drawn()
    await project.close({})
    leaveLock({ pid: process.pid, host: hostname(), started: await processStart(process.pid) })
    await project.open({ folder: at('project') })
  })

  it('that was never written to its end is taken over', async () => {
    await drawn()
    await project.close({})
    writeFileSync(at('project', 'project.lock'), '{"pid":')
    await project.open({ folder: at('project') })
  })

  it('of another computer holds', async () => {
    await drawn()
    await project.close({})
    leaveLock({ pid: 1, host: 'another-computer', started: null })
    const error = await refusal(project.open({ folder: at('project') }))
    expect(error.code).toBe('project-locked')
    expect(error.message).toContain('another-computer')
    expect(error.message).toContain(at('project', 'project.lock'))
    rmSync(at('project', 'project.lock'))
  })
})

describe('moved images', () => {
  it('keep their labels and are located by what they are', async () => {
    const volumeId = await drawn()
    const before = await hashOf(volumeId)
    await project.close({})
    renameSync(at('images'), at('archive'))
    start()
    const state = await project.open({ folder: at('project') })
    expect(state.sources[0]).toMatchObject({ status: 'moved', path: at('images', 'ct.nii.gz') })
    expect(await hashOf(volumeId)).toBe(before)
    expect((await refusal(voxels.slice({ volumeId, k: 0 }))).code).toBe('source-moved')

    await writeTestVolume(at('other', 'mr.nii.gz'), { size: [8, 8, 3] })
    const wrong = await refusal(project.locate({ volumeId, folder: at('other') }, noJob()))
    expect(wrong.code).toBe('source-moved')
    expect(wrong.message).toContain('1 other volume')

    const found = await project.locate({ volumeId, folder: root }, noJob())
    expect(found.sources[0]).toMatchObject({ status: 'here', path: at('archive', 'ct.nii.gz') })
    expect((await voxels.slice({ volumeId, k: 3 })).values[0]).toBe(300)
    expect(await hashOf(volumeId)).toBe(before)
    await project.close({})
    expect((await project.open({ folder: at('project') })).sources[0]!.status).toBe('here')
  })

  it('are found without a question when project and images moved together', async () => {
    const volumeId = await drawn(at('work', 'project'), at('work', 'images', 'ct.nii.gz'))
    const before = await hashOf(volumeId)
    await project.close({})
    renameSync(at('work'), at('elsewhere'))
    start()
    const state = await project.open({ folder: at('elsewhere', 'project') })
    expect(state.sources[0]).toMatchObject({ status: 'here', path: at('elsewhere', 'images', 'ct.nii.gz') })
    expect(await hashOf(volumeId)).toBe(before)
    expect((await voxels.slice({ volumeId, k: 1 })).values[0]).toBe(100)
  })
})

describe('a scan without a project', () => {
  it('gets a scratch workspace, which save-as turns into a project', async () => {
    await writeTestVolume(at('images', 'ct.nii.gz'))
    const scanned = await project.add({ paths: [at('images')] }, noJob())
    expect(scanned.scratch).toBe(true)
    const { volumeId } = scanned.sources[0]!
    await voxels.stroke(strokeOn(volumeId, 1))
    const before = await hashOf(volumeId)
    expect(await project.scratchUsage({})).toMatchObject({ folder: at('scratch'), workspaces: 1 })

    const saved = await project.saveAs({ folder: at('kept'), name: 'Kept' })
    expect(saved).toMatchObject({ folder: at('kept'), name: 'Kept', scratch: false })
    expect(await hashOf(volumeId)).toBe(before)
    expect((await project.scratchUsage({})).workspaces).toBe(0)
    await voxels.undo({ volumeId })
    await voxels.redo({ volumeId })
    await project.close({})
    start()
    await project.open({ folder: at('kept') })
    expect(await hashOf(volumeId)).toBe(before)
    expect((await voxels.journal({ volumeId, limit: 10 })).length).toBe(3)
  })

  it('leaves nothing when nothing was drawn, and what was drawn until it is cleared', async () => {
    await writeTestVolume(at('images', 'ct.nii.gz'))
    await project.add({ paths: [at('images')] }, noJob())
    await project.close({})
    expect((await project.scratchUsage({})).workspaces).toBe(0)

    const { sources } = await project.add({ paths: [at('images')] }, noJob())
    await voxels.stroke(strokeOn(sources[0]!.volumeId, 1))
    expect((await project.clearScratch({})).bytes).toBe(0)
    await project.close({})
    const usage = await project.scratchUsage({})
    expect(usage.workspaces).toBe(1)
    expect(await project.clearScratch({})).toEqual({ bytes: usage.bytes })
    expect((await project.scratchUsage({})).workspaces).toBe(0)
  })

  it('is drawn on straight after a scan', async () => {
    await writeTestVolume(at('images', 'ct.nii.gz'))
    const { inspection } = await study.catalog.scan([at('images')])
    const volumeId = inspection.volumes[0]!.id
    await voxels.stroke(strokeOn(volumeId, 1))
    expect((await project.current({}))?.sources[0]).toMatchObject({ volumeId, labelled: true })
  })

  it('copies a project without touching the original', async () => {
    const volumeId = await drawn()
    const before = await hashOf(volumeId)
    expect((await refusal(project.saveAs({ folder: at('project', 'inside'), name: 'X' }))).code).toBe('not-writable')
    await project.saveAs({ folder: at('copy'), name: 'Copy' })
    await voxels.stroke(strokeOn(volumeId, 5))
    await project.open({ folder: at('project') })
    expect(await hashOf(volumeId)).toBe(before)
  })
})

describe('the label table', () => {
  it('takes a label away with its voxels, and undo brings both back', async () => {
    const volumeId = await drawn()
    await project.addLabel({ name: 'Lesion' })
    await voxels.stroke({ ...strokeOn(volumeId, 4), label: 2 })
    const before = await hashOf(volumeId)
    const state = await project.removeLabel({ value: 2 })
    expect(state.labels.map(label => label.name)).toEqual(['Label 1'])
    expect((await voxels.openLabels({ volumeId })).counts.map(count => count.value)).toEqual([1])
    await voxels.undo({ volumeId })
    expect((await project.current({}))?.labels.map(label => label.name)).toEqual(['Label 1', 'Lesion'])
    expect(await hashOf(volumeId)).toBe(before)
    await voxels.redo({ volumeId })
    expect((await project.current({}))?.labels.length).toBe(1)
  })

  it('keeps locked labels', async () => {
    const volumeId = await drawn()
    const [label] = (await project.current({}))!.labels
    await project.setLabel({ label: { ...label!, locked: true } })
    expect((await refusal(project.removeLabel({ value: 1 }))).code).toBe('label-locked')
    expect((await refusal(voxels.stroke(strokeOn(volumeId, 1)))).code).toBe('label-locked')
    expect((await refusal(project.setLabel({ label: { ...label!, value: 9 } }))).code).toBe('label-unknown')
  })

  it('holds 300 labels through save and reopen', async () => {
    const volumeId = await drawn()
    for (let n = 2; n <= 300; n++) await project.addLabel({ name: `Structure ${n}` })
    await voxels.stroke({ ...strokeOn(volumeId, 3), label: 300 })
    await project.close({})
    const state = await project.open({ folder: at('project') })
    expect(state.labels.length).toBe(300)
    expect((await voxels.openLabels({ volumeId })).counts.map(count => count.value)).toEqual([1, 300])
  })
})
