// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest'
import type { VueWrapper } from '@vue/test-utils'
import type { Verdict } from '#common/geometry/types'
import { SagittaError } from '#common/errors'
import { createFakeApi } from '../../api/fake'
import { mountWith } from '../../testing/mount'
import { until, type Fake } from '../../testing/stores'
import { useJobs, useNotices, useProject, useSelection } from '../../stores'
import SeriesDialog from './SeriesDialog.vue'

let wrapper: VueWrapper | null = null
afterEach(() => wrapper?.unmount())

function open(verdict: Partial<Verdict>, change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  const [first] = fake.world.volumes
  const info = { ...first!.info, verdict: { ...first!.info.verdict, ...verdict } }
  fake.world.project = {
    ...fake.world.newProject('/projects/abdomen', 'Abdomen', false),
    sources: [{ volumeId: info.id, path: info.source, status: 'here', info, labelled: true }],
  }
  change(fake)
  let stores: { notices: ReturnType<typeof useNotices>; selection: ReturnType<typeof useSelection> }
  wrapper = mountWith(SeriesDialog, {
    fake,
    props: { volumeId: info.id },
    setup: () => {
      useJobs()
      stores = { notices: useNotices(), selection: useSelection() }
      void useProject().load()
    },
  })
  return { fake, ...stores! }
}
/** The dialog is teleported. */
const offer = (): HTMLElement | null => document.querySelector('[data-testid=even-copy]')

describe('series dialog', () => {
  it('offers an evenly spaced copy of slices with a gap, says what it makes up, and opens it', async () => {
    const { selection, fake } = open({ kind: 'gaps' })
    await until(() => offer()?.textContent?.includes('2 slices would lie in a gap, where nobody measured') ?? false)
    expect(offer()!.textContent).toContain('interpolated linearly')
    expect(offer()!.textContent).toContain('Take its labels along')
    fake.world.chosen.push('/home/anna/even.nii.gz')
    offer()!.querySelector<HTMLElement>('button.btn')!.click()
    await until(() => selection.volumeId === 'volume-PH-0001-even')
  })

  it('says why there can be none', async () => {
    open({ kind: 'tilted' }, ({ world }) =>
      world.fail('study.evenCopyPlan', new SagittaError('no-geometry', 'Several slices lie at the same position.')),
    )
    await until(() => offer()?.textContent?.includes('same position') ?? false)
    expect(offer()!.querySelector('button.btn')).toBeNull()
  })

  it('offers none for evenly spaced slices', async () => {
    open({ kind: 'uniform' })
    await until(() => document.body.textContent.includes('Geometry'))
    expect(offer()).toBeNull()
  })
})
