// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { VolumeInfo } from '#common/ipc/volume'
import { createFakeApi } from '../../api/fake'
import { useProject } from '../../stores/project'
import { useSelection } from '../../stores/selection'
import { inApp, until, withStores } from '../../testing/stores'
import { useView } from './view'

async function lookOf(facts: Partial<VolumeInfo>) {
  const fake = createFakeApi()
  const info = { ...fake.world.volumes[0]!.info, ...facts }
  fake.world.project = {
    ...fake.world.newProject('/projects/a', 'A', false),
    sources: [{ volumeId: info.id, path: info.source, status: 'here', info, labelled: false }],
  }
  const stores = withStores(fake)
  return inApp(stores, async () => {
    const [project, selection, view] = [useProject(), useSelection(), useView()]
    await project.load()
    selection.goTo({ volumeId: info.id })
    await until(() => selection.source !== null)
    return view
  })
}

describe('the look of an image', () => {
  it('shows MONOCHROME1 the right way round, and turns it over on request', async () => {
    const view = await lookOf({ photometric: 'MONOCHROME1' })
    expect(view.imageLook.invert).toBe(true)
    view.invert = true
    expect(view.imageLook.invert).toBe(false)
    expect((await lookOf({ photometric: 'MONOCHROME2' })).imageLook.invert).toBe(false)
  })

  it('begins with the file’s grey levels, and leaves them when a window is set (D04)', async () => {
    const voiLut = { first: 0, bits: 8, levels: [0, 10, 200, 255], label: 'SIGMOID' }
    const view = await lookOf({ voiLut })
    expect(view.imageLook.lut).toEqual(voiLut)
    expect(view.preset?.label).toBe('SIGMOID')
    view.window = { center: 40, width: 400 }
    expect(view.imageLook.lut).toBeNull()
  })
})
