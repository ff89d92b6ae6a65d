// What a model said beside what was drawn, over a port: only complete slices count, and nothing of the project changes.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Client } from '#common/ipc/contract'
import { agreementContract } from '#common/ipc/engine'
import { projectContract } from '#common/ipc/project'
import { Connection } from '#common/ipc/rpc'
import { voxelsContract } from '#common/ipc/voxels'
import { testService, writeTestVolume } from '../testing/niftiStudy'
import { channel } from '../testing/ports'
import { temporaryFolder } from '../testing/temporaryFolder'
import { studyServices } from './services'
import type { StudyService } from './studyService'

const [COLUMNS, ROWS, SLICES] = [16, 12, 6]
const LABELS = [
  { value: 3, name: 'LABEL 1', color: '#123456' },
  { value: 9, name: 'Spleen', color: '#654321' },
]

const root = temporaryFolder()
let service: StudyService
let pipe: ReturnType<typeof channel>
let agreement: Client<typeof agreementContract>
let voxels: Client<typeof voxelsContract>
let project: Client<typeof projectContract>
let drawn: string
let empty: string

beforeAll(async () => {
  await writeTestVolume(join(root.path, 'a.nii'), { size: [COLUMNS, ROWS, SLICES] })
  await writeTestVolume(join(root.path, 'b.nii'), { size: [COLUMNS, ROWS, SLICES], value: () => 1 })
  service = testService(join(root.path, 'app'))
  pipe = channel()
  service.connect(pipe.far, studyServices(service).control)
  const connection = new Connection(pipe.near, 'The study service')
  agreement = connection.client(agreementContract)
  voxels = connection.client(voxelsContract)
  project = connection.client(projectContract)
  const { sources } = await project.add({ paths: [join(root.path, 'a.nii'), join(root.path, 'b.nii')] }).done
  ;[drawn, empty] = sources.map(({ volumeId }) => volumeId) as [string, string]
})
afterAll(async () => {
  await service.closeProject()
  pipe.close()
})

const check = async (volumeId: string, labels = LABELS) => (await agreement.check({ volumeId, labels })).reason
/** The model finds columns left of `edge` on every slice. */
const rawLabels = (name: string, edge: number): string => {
  const values = Uint16Array.from({ length: COLUMNS * ROWS * SLICES }, (_, n) => (n % COLUMNS < edge ? 3 : 0))
  writeFileSync(join(root.path, name), new Uint8Array(values.buffer))
  return join(root.path, name)
}

it('says why a series can’t be compared', async () => {
  expect(await check('none')).toBe('It is not in the open project.')
  expect(await check(empty)).toBe('Nothing was drawn on it.')
  await voxels.stroke({
    ...{ volumeId: drawn, k: 2, points: [[4, 6]], radiusMm: 2, tool: 'brush', label: 1, paintOver: 'unlocked' },
  })
  expect(await check(drawn)).toBe('None of its slices is marked complete.')
  await voxels.setSliceState({ volumeId: drawn, slices: [2, 3], state: 'complete' })
  expect(await check(drawn)).toBeNull()
  expect(await check(drawn, LABELS.slice(1))).toBe('The model knows none of the project’s labels by name.')
})

it('is Dice over complete slices, the label found by its name', async () => {
  const { voxels: hand } = (await voxels.openLabels({ volumeId: drawn })).counts[0]!
  const file = rawLabels('model.u16', 5)
  const left = (await voxels.labelSlice({ volumeId: drawn, k: 2 })).values
  const both = left.filter((value, n) => value === 1 && n % COLUMNS < 5).length
  const found = await agreement.measure({ volumeId: drawn, file, labels: LABELS }).done
  expect(found).toEqual({
    ...{ volumeId: drawn, slices: 2, worstSlice: 3, reason: null, dice: (2 * both) / (hand + 2 * 5 * ROWS) },
    labels: [{ name: 'Label 1', dice: (2 * both) / (hand + 2 * 5 * ROWS) }],
  })
})

it('says that there was nothing to compare where neither has a label', async () => {
  await voxels.setSliceState({ volumeId: drawn, slices: [2], state: 'untouched' })
  const found = await agreement.measure({ volumeId: drawn, file: rawLabels('none.u16', 0), labels: LABELS }).done
  expect(found).toMatchObject({ dice: null, slices: 1 })
  expect(found.reason).toContain('drawn or found')
})

it('changes nothing, and knows by its version whether labels have changed', async () => {
  const before = await project.current({})
  const state = await voxels.openLabels({ volumeId: drawn })
  const { version } = await agreement.check({ volumeId: drawn, labels: LABELS })
  await agreement.measure({ volumeId: drawn, file: rawLabels('again.u16', 3), labels: LABELS }).done
  expect(await project.current({})).toEqual(before)
  expect(await voxels.openLabels({ volumeId: drawn })).toEqual(state)
  expect((await agreement.check({ volumeId: drawn, labels: LABELS })).version).toBe(version)
  await voxels.setSliceState({ volumeId: drawn, slices: [4], state: 'complete' })
  expect((await agreement.check({ volumeId: drawn, labels: LABELS })).version).not.toBe(version)
})

it('refuses a file of another length, and can be stopped', async () => {
  writeFileSync(join(root.path, 'short.u16'), new Uint8Array(10))
  const file = join(root.path, 'short.u16')
  await expect(agreement.measure({ volumeId: drawn, file, labels: LABELS }).done).rejects.toMatchObject({
    code: 'truncated',
  })
  const job = agreement.measure({ volumeId: drawn, file: rawLabels('stop.u16', 3), labels: LABELS })
  job.cancel()
  await expect(job.done).rejects.toMatchObject({ code: 'cancelled' })
})
