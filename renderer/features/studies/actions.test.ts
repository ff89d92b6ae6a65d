// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { createFakeApi } from '../../api/fake'
import { inApp, withStores } from '../../testing/stores'
import { useIntake, useNotices, useProject } from '../../stores'
import { exportName, useSeriesActions } from './actions'

async function open() {
  const fake = createFakeApi()
  const stores = inApp(withStores(fake), () => ({
    actions: useSeriesActions(),
    intake: useIntake(),
    notices: useNotices(),
    project: useProject(),
  }))
  await stores.intake.openSample()
  return { ...fake, ...stores }
}

describe('series actions', () => {
  it('take the sample’s target maps of several series, and undo them together', async () => {
    const { actions, project, notices, world } = await open()
    await actions.takeTruth(project.sources.slice(0, 2))
    const states = () => ['volume-PH-0001', 'volume-PH-0002', 'volume-PH-0003'].map(id => world.labelMap(id).state())
    expect(states().map(({ counts }) => counts.length > 0)).toEqual([true, true, false])
    expect(states()[0]!.states.every(state => state === 'complete')).toBe(true)
    await notices.shown.at(-1)!.action!.run()
    expect(states().map(({ counts }) => counts.length)).toEqual([0, 0, 0])
    expect(states()[0]!.states.every(state => state === 'untouched')).toBe(true)
  })

  it('name the labels of the sample that nobody named', async () => {
    const { actions, project, world } = await open()
    const labels = world
      .openProject()
      .labels.map(label => ({ ...label, name: label.value === 2 ? 'Tumour' : `Label ${label.value}` }))
    world.project = { ...world.openProject(), labels }
    await actions.takeTruth(project.sources.slice(0, 1))
    expect(project.labels.map(({ name }) => name)).toEqual(['Liver', 'Tumour', 'Lung', 'Spine', 'Spleen', 'Kidney'])
  })

  it('remove a series from the list, and bring it back', async () => {
    const { actions, project, notices } = await open()
    await actions.remove(project.sources[1]!)
    expect(project.sources).toHaveLength(2)
    await notices.shown.at(-1)!.action!.run()
    expect(project.sources).toHaveLength(3)
  })

  it('export a series under a name without the patient’s', async () => {
    const { actions, project, notices, world } = await open()
    expect(exportName(project.sources[0]!)).toBe('portal-venous-3.0.nii.gz')
    world.chosen.push('/exports/portal.nii.gz')
    await actions.exportVolume(project.sources[0]!)
    expect(notices.shown.at(-1)).toMatchObject({ tone: 'ok', sub: 'portal.nii.gz' })
    const before = notices.history.length
    await actions.exportVolume(project.sources[0]!)
    expect(notices.history).toHaveLength(before)
  })
})
