// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import { createFakeApi } from '../../api/fake'
import { inApp, until, withStores } from '../../testing/stores'
import { useThumbnails } from './thumbnails'

describe('pictures of series', () => {
  it('are asked for two at a time, once each, and a failure keeps its reason', async () => {
    const fake = createFakeApi()
    const asked: string[] = []
    let [running, most] = [0, 0]
    const study = {
      ...fake.api.study,
      thumbnail: async ({ volumeId }: { volumeId: string }) => {
        asked.push(volumeId)
        most = Math.max(most, ++running)
        await new Promise(resolve => setTimeout(resolve, 1))
        running--
        if (volumeId === 'v7') throw new SagittaError('truncated', 'IM_7 is cut.')
        return fake.api.study.thumbnail({ volumeId: fake.world.volumes[0]!.info.id })
      },
    }
    const stores = withStores({ ...fake, api: { ...fake.api, study } })
    const thumbnails = inApp(stores, () => useThumbnails())
    const wanted = Array.from({ length: 40 }, (_, n) => `v${n}`)
    for (const volumeId of [...wanted, ...wanted]) thumbnails.want(volumeId)
    await until(() => thumbnails.of('v39').image !== null)
    expect(asked).toEqual(wanted)
    expect(most).toBe(2)
    expect(thumbnails.of('v7')).toEqual({ image: null, fault: 'IM_7 is cut.' })
  })
})
