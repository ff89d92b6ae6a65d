// Named groups of images on a real disk: kept with the project, carried along by save-as, refused when damaged.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkProject } from '../project/check'
import { noJob, testService, writeTestVolume } from '../testing/niftiStudy'
import { temporaryFolder } from '../testing/temporaryFolder'
import { projectHandlers } from './projectHandlers'
import type { StudyService } from './studyService'

const root = temporaryFolder()
const at = (...parts: string[]): string => join(root.path, ...parts)
let study: StudyService
let project: ReturnType<typeof projectHandlers>
let number = 0
let folder: string

beforeEach(() => {
  study = testService(at('app'))
  project = projectHandlers(study)
  folder = at(`project-${++number}`)
})
afterEach(() => study.closeProject())

const group = (id: string, name: string, images = ['v slice 1']) => ({ id, name, of: 'project', images })
const names = async (): Promise<string[]> => (await project.imageGroups({})).map(({ name }) => name)

it('are kept with the project, renamed in their place, and removed', async () => {
  await project.create({ folder, name: 'Groups' })
  expect(await project.imageGroups({})).toEqual([])
  expect(existsSync(join(folder, 'groups.json'))).toBe(false)
  await project.setImageGroup({ group: group('1', 'Dilated') })
  await project.setImageGroup({ group: group('2', 'Normal', ['v slice 2', 'v slice 3']) })
  await project.setImageGroup({ group: group('1', 'Dilated hearts') })
  await project.close({})
  await project.open({ folder })
  expect(await project.imageGroups({})).toEqual([
    group('1', 'Dilated hearts'),
    group('2', 'Normal', ['v slice 2', 'v slice 3']),
  ])
  expect((await project.removeImageGroup({ id: '1' })).map(({ id }) => id)).toEqual(['2'])
  expect((await checkProject(folder)).problems).toEqual([])
})

it('go along when a project is saved elsewhere, and keep a scratch workspace', async () => {
  await writeTestVolume(at('images', 'ct.nii.gz'))
  const { scratch, folder: workspace } = await project.add({ paths: [at('images')] }, noJob())
  expect(scratch).toBe(true)
  await project.setImageGroup({ group: group('1', 'Odd') })
  await project.close({})
  expect(existsSync(join(workspace, 'groups.json'))).toBe(true)
  await project.open({ folder: workspace })
  await project.saveAs({ folder, name: 'Kept' })
  expect(await names()).toEqual(['Odd'])
})

it('a damaged file is named, found by the check, and never written over; the project opens all the same', async () => {
  await project.create({ folder, name: 'Groups' })
  await project.setImageGroup({ group: group('1', 'Odd') })
  const file = join(folder, 'groups.json')
  const damaged = readFileSync(file, 'utf8').slice(0, 40)
  writeFileSync(file, damaged)
  await project.close({})
  await project.open({ folder })
  await expect(project.imageGroups({})).rejects.toMatchObject({ code: 'project-corrupt', details: { file } })
  await expect(project.setImageGroup({ group: group('2', 'New') })).rejects.toMatchObject({ code: 'project-corrupt' })
  expect(readFileSync(file, 'utf8')).toBe(damaged)
  expect((await checkProject(folder)).problems.map(({ code }) => code)).toEqual(['project-corrupt'])
})
