// Which volumes the study service holds in memory: reading starts when one is selected, and a failure is kept to be shown.
import { defineStore } from 'pinia'
import { shallowReactive, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { JobHandle } from '#common/ipc/contract'
import { useApi } from '../api'
import { shareOf } from './eta'
import { useJobs } from './jobs'
import { useSelection } from './selection'

export type VolumeState =
  | { readonly kind: 'unread' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly error: SagittaError }

const UNREAD: VolumeState = { kind: 'unread' }

export const useVolumes = defineStore('volumes', () => {
  const api = useApi()
  const jobs = useJobs()
  const selection = useSelection()
  const states = shallowReactive(new Map<string, VolumeState>())
  let reading: { readonly id: string; readonly handle: JobHandle<unknown, unknown> } | null = null

  const stateOf = (volumeId: string): VolumeState => states.get(volumeId) ?? UNREAD

  /** Reads all slices. Slices can be shown meanwhile: the service reads those that are asked for first. */
  const read = async (volumeId: string, name: string): Promise<void> => {
    if (reading && reading.id !== volumeId) reading.handle.cancel()
    const handle = api.study.load({ volumeId })
    const mine = { id: volumeId, handle }
    reading = mine
    states.set(volumeId, { kind: 'reading' })
    try {
      await jobs.track(
        {
          kind: 'load',
          title: `Reading ${name}`,
          progressOf: ({ done, total }) => ({
            share: shareOf(done, total),
            text: `${done} of ${total} slices`,
            secondsLeft: null,
          }),
        },
        handle,
      )
      states.set(volumeId, { kind: 'ready' })
    } catch (thrown) {
      const error = asSagittaError(thrown)
      states.set(volumeId, error.code === 'cancelled' ? UNREAD : { kind: 'failed', error })
    } finally {
      if (reading === mine) reading = null
    }
  }

  /** Reads again what failed. */
  const retry = (): void => {
    const source = selection.source
    if (source) void read(source.volumeId, source.info.description || source.volumeId)
  }

  watch(
    () => selection.source,
    source => {
      if (source?.status !== 'here') return
      const { kind } = stateOf(source.volumeId)
      if (kind === 'unread') void read(source.volumeId, source.info.description || 'the series')
    },
    { immediate: true },
  )

  // A restarted service has read nothing yet.
  api.app.serviceStopped(({ service, restarted }) => {
    if (service !== 'study') return
    states.clear()
    if (restarted) retry()
  })

  return { stateOf, read, retry }
})
