// Runs whose encoder a classifier can take, and what the one that is asked for wants of its images.
import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { EncoderFacts } from '#common/ipc/latent'
import { useApi } from '../../api'
import { day } from '../../stores/format'
import { codes, TASK_NAMES } from './kind'
import { useRunList } from './runList'

export const useEncoders = defineStore('encoders', () => {
  const api = useApi()
  const runs = useRunList()

  /** Finished, newest first. */
  const list = computed(() =>
    runs.newestFirst.filter(
      ({ task, state, model }) => codes(task) && model !== null && (state === 'done' || state === 'stopped'),
    ),
  )
  const options = computed(() =>
    list.value.map(({ id, name, task, createdAt }) => ({
      ...{ value: id, text: name },
      sub: `${TASK_NAMES[task]} · ${day(new Date(createdAt), new Date())}`,
    })),
  )

  /** By the path of the model. */
  const known = shallowReactive(new Map<string, EncoderFacts | SagittaError>())
  /** Reads what a run's model says of its images; what went wrong is kept in its place. */
  const read = async (model: string): Promise<void> => {
    try {
      known.set(model, await api.latent.facts({ model }))
    } catch (thrown) {
      known.set(model, asSagittaError(thrown))
    }
  }

  return { list, options, known, read }
})
