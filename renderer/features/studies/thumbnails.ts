// Small pictures of series, asked for once each and few at a time; one that can't be made says why.
import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { asSagittaError } from '#common/errors'
import { useApi } from '../../api'
import type { RawImage } from '../../components'

interface Thumbnail {
  readonly image: RawImage | null
  /** Why there is no picture; empty while it is on its way. */
  readonly fault: string
}

/** Asked for together: a list of hundreds must not stand before the slices that somebody looks at. */
const TOGETHER = 2

const WAITING: Thumbnail = { image: null, fault: '' }

export const useThumbnails = defineStore('thumbnails', () => {
  const api = useApi()
  const byVolume = shallowReactive(new Map<string, Thumbnail>())
  const queue: string[] = []
  let running = 0

  const fetch = async (volumeId: string): Promise<void> => {
    try {
      byVolume.set(volumeId, { image: await api.study.thumbnail({ volumeId }), fault: '' })
    } catch (thrown) {
      byVolume.set(volumeId, { image: null, fault: asSagittaError(thrown).message })
    }
  }
  const next = async (): Promise<void> => {
    if (running >= TOGETHER) return
    running++
    for (let volumeId = queue.shift(); volumeId !== undefined; volumeId = queue.shift()) await fetch(volumeId)
    running--
  }

  /** Asks for a picture unless it was asked for before. */
  const want = (volumeId: string): void => {
    if (byVolume.has(volumeId)) return
    byVolume.set(volumeId, WAITING)
    queue.push(volumeId)
    void next()
  }
  const of = (volumeId: string): Thumbnail => byVolume.get(volumeId) ?? WAITING

  return { want, of }
})
