// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import { createFakeApi } from '../../api/fake'
import { mountWith } from '../../testing/mount'
import { until, type Fake } from '../../testing/stores'
import { useDialogs, useProject, useSelection } from '../../stores'
import StudiesRail from './StudiesRail.vue'
import { useStudyCommands } from './commands'

let wrapper: VueWrapper | null = null
afterEach(() => wrapper?.unmount())

function open(change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  fake.world.project = {
    ...fake.world.newProject('/projects/abdomen', 'Abdomen', false),
    sources: fake.world.volumes.map(({ info }) => ({
      volumeId: info.id,
      path: info.source,
      status: 'here',
      info,
      labelled: false,
    })),
  }
  change(fake)
  let stores: {
    dialogs: ReturnType<typeof useDialogs>
    project: ReturnType<typeof useProject>
    selection: ReturnType<typeof useSelection>
  }
  wrapper = mountWith(StudiesRail, {
    fake,
    setup: () => {
      useStudyCommands()
      stores = { dialogs: useDialogs(), project: useProject(), selection: useSelection() }
      void stores.project.load()
    },
  })
  return { wrapper, fake, ...stores! }
}
const rows = (rail: VueWrapper) => rail.findAll('[data-testid=series]')

describe('studies rail', () => {
  it('lists series of few patients open, and selects one by its name', async () => {
    const { wrapper: rail, selection } = open()
    await until(() => rows(rail).length === 3)
    await rows(rail)[1]!.get('.open').trigger('click')
    expect(selection.volumeId).toBe('volume-PH-0002')
    expect(rows(rail)[1]!.classes()).toContain('sel')
  })

  it('opens the files at fault from the verdict badge', async () => {
    const { wrapper: rail, dialogs } = open(({ world }) => {
      const first = world.project!.sources[0]!
      first.info = {
        ...first.info,
        verdict: { ...first.info.verdict, kind: 'gaps', gaps: [{ afterSlice: 1, afterPositionMm: 3, missingMm: 3 }] },
      }
    })
    await until(() => rows(rail).length === 3)
    const badge = rows(rail)[0]!.get('[data-testid=verdict]')
    expect(badge.text()).toBe('1 gap')
    await badge.trigger('click')
    expect(dialogs.current).toEqual({ name: 'series', volumeId: 'volume-PH-0001' })
  })

  it('offers to locate a moved series, and shows it found', async () => {
    const {
      wrapper: rail,
      fake,
      project,
    } = open(({ world }) => {
      world.project!.sources[0]!.status = 'moved'
      world.chosen.push(world.volumes[0]!.info.source)
    })
    await until(() => rows(rail).length === 3)
    await rail.get('[data-testid=locate]').trigger('click')
    await until(() => project.sources[0]?.status === 'here')
    expect(rail.find('[data-testid=locate]').exists()).toBe(false)
    expect(fake.world.chosen).toEqual([])
  })

  it('shows why a picture is missing', async () => {
    const { SagittaError } = await import('#common/errors')
    const { wrapper: rail } = open(({ world }) =>
      world.fail('study.thumbnail', new SagittaError('truncated', 'IM_7 is cut.')),
    )
    await until(() => rows(rail).some(row => row.get('.thumb').attributes('aria-label') === 'IM_7 is cut.'))
  })

  it('steps through a time axis in one row', async () => {
    const { wrapper: rail, selection } = open(({ world }) => {
      world.project!.sources = world.project!.sources.map((source, index) => ({
        ...source,
        info: {
          ...source.info,
          ...{ patientId: 'P', patientName: 'P', studyUid: 's' },
          set: { id: 'set', axis: 'time', index, count: 3 },
        },
      }))
    })
    await until(() => rows(rail).length === 1)
    expect(rail.get('[data-testid=set]').text()).toBe('time 1 of 3')
    await rail.get('[aria-label="Next time"]').trigger('click')
    expect(selection.volumeId).toBe('volume-PH-0002')
    expect(rail.get('[data-testid=set]').text()).toBe('time 2 of 3')
  })

  it('lists two hundred series, whatever script their names are in', async () => {
    const { wrapper: rail } = open(({ world }) => {
      const [first] = world.project!.sources
      world.project!.sources = Array.from({ length: 200 }, (_, n) => ({
        ...first!,
        volumeId: `v${n}`,
        info: { ...first!.info, id: `v${n}`, seriesNumber: n, description: `Ünïcode 影像 ${n}` },
      }))
    })
    await until(() => rows(rail).length === 200)
    expect(rows(rail)[199]!.text()).toContain('Ünïcode 影像 199')
  })

  it('says what to do when nothing is there', async () => {
    const { wrapper: rail } = open(({ world }) => (world.project = { ...world.project!, sources: [] }))
    await until(() => rail.text().includes('No studies yet'))
    expect(rail.text()).toContain('Use the sample study')
  })

  it('searches, and says when nothing fits', async () => {
    const { wrapper: rail } = open()
    await until(() => rows(rail).length === 3)
    await rail.get('input').setValue('bruno')
    expect(rows(rail)).toHaveLength(1)
    await rail.get('input').setValue('liver 9')
    expect(rail.text()).toContain('No series fits “liver 9”')
  })
})
