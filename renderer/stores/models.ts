// Which models can be used: bundled, from the project's runs, imported; broken files with their reason.
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { ModelCard } from '#common/ipc/compute'
import { useApi } from '../api'
import { useNotices } from './notices'
import { useProject } from './project'

/** Mean Dice of a model on its validation cases; null when it says none. */
export const meanDiceOf = (card: ModelCard): number | null => card.metrics['meanDice'] ?? null

const METRICS: Readonly<Record<string, string>> = {
  ...{ meanDice: 'Dice, mean', loss: 'Loss', accuracy: 'Accuracy', balancedAccuracy: 'Balanced accuracy' },
}

/** What a metric of a card is called; a label's value stands for the Dice of that label. */
export const metricName = (key: string, card: ModelCard): string => {
  const known = METRICS[key]
  if (known !== undefined) return known
  const label = card.labels.find(({ value }) => String(value) === key)
  return label ? `Dice, ${label.name}` : key
}

export const useModels = defineStore('models', () => {
  const api = useApi()
  const notices = useNotices()
  const project = useProject()
  const cards = shallowRef<readonly ModelCard[]>([])
  const broken = shallowRef<readonly { path: string; reason: string }[]>([])
  const error = shallowRef<SagittaError | null>(null)
  const known = shallowRef(false)

  const byPath = computed(() => new Map(cards.value.map(card => [card.path, card])))
  const forSegmenting = computed(() => cards.value.filter(({ segments }) => segments))
  const forCoding = computed(() => cards.value.filter(({ task }) => task === 'autoencoder' || task === 'vae'))

  let latest = 0
  const load = async (): Promise<void> => {
    const mine = ++latest
    try {
      const answer = await api.models.list({})
      if (mine !== latest) return
      cards.value = answer.models
      broken.value = answer.broken
      error.value = null
    } catch (thrown) {
      if (mine !== latest) return
      error.value = asSagittaError(thrown)
    }
    known.value = true
  }
  api.training.runsChanged(() => void load())

  /** Takes an imported model out of the list, until it is brought back or another one is removed. */
  const remove = async ({ path, name }: ModelCard): Promise<void> => {
    await api.models.remove({ path })
    await load()
    const undo = async (): Promise<void> => {
      await api.models.restore({ path })
      await load()
    }
    notices.say({
      tone: 'undo',
      text: `${name} removed from the list of models.`,
      sub: 'What was made with it stays.',
      action: { title: 'Undo', run: undo },
    })
  }

  // Another project has other runs: what is listed of the last one is not offered meanwhile.
  watch(
    () => project.state?.folder,
    () => {
      known.value = false
      cards.value = cards.value.filter(card => card.origin === 'bundled')
      void load()
    },
  )

  return { cards, broken, error, known, byPath, forSegmenting, forCoding, load, remove }
})
