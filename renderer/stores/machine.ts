// The computer underneath: version, threads, disk, providers, memory in use, and the proof that nothing went to a network.
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { Client } from '#common/ipc/contract'
import type { appContract } from '#common/ipc/app'
import type { ProviderReport } from '#common/ipc/compute'
import { useApi } from '../api'
import { processor } from './format'
import { useJobs } from './jobs'

type Info = Awaited<ReturnType<Client<typeof appContract>['info']>>

const MEMORY_EVERY_MS = 3000

export const useMachine = defineStore('machine', () => {
  const api = useApi()
  const jobs = useJobs()
  const info = shallowRef<Info | null>(null)
  const blocked = shallowRef<number | null>(null)
  const memory = shallowRef<{ usedMb: number; limitMb: number } | null>(null)
  const providers = shallowRef<readonly ProviderReport[]>([])
  const providersError = shallowRef<SagittaError | null>(null)
  const provider = computed(() => providers.value.find(report => report.chosen) ?? null)

  const load = async (): Promise<void> => {
    info.value = await api.app.info({})
  }

  /** Asks what changes by itself. A missed answer is asked for again, so it is no error. */
  const refresh = async (): Promise<void> => {
    const [network, used] = await Promise.allSettled([api.app.network({}), api.app.memory({})])
    if (network.status === 'fulfilled') blocked.value = network.value.blocked
    if (used.status === 'fulfilled') memory.value = used.value
  }
  const timer = setInterval(() => {
    if (!document.hidden) void refresh()
  }, MEMORY_EVERY_MS)
  onScopeDispose(() => clearInterval(timer))

  /** What is known of the providers. Where nothing is, or `again`, every one is tested; that takes seconds, so it is a job. */
  const loadProviders = async (again = false): Promise<void> => {
    providersError.value = null
    try {
      providers.value = await jobs.track(
        {
          kind: 'providers',
          title: 'Testing processors',
          progressOf: ({ testing }) => ({ share: null, text: processor(testing), secondsLeft: null }),
        },
        api.models.providers({ again }),
      )
    } catch (thrown) {
      providersError.value = asSagittaError(thrown)
    }
  }

  const testProviders = (): Promise<void> => loadProviders(true)

  return { info, blocked, memory, providers, providersError, provider, load, refresh, loadProviders, testProviders }
})
