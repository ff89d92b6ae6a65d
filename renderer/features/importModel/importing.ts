// The model that is being taken in: what its file says, the form, what is wrong with it, and the import itself. Closing loses nothing.
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { InspectedModel } from '#common/ipc/compute'
import { cardProblemSchema, type ImportCardField } from '#common/ipc/modelImport'
import { z } from 'zod'
import { useApi } from '../../api'
import { useDialogs, useModels, useNotices } from '../../stores'
import { useSegment } from '../segment'
import { cardOf, draftOf, labelRows, newRow, shapesOf, type Draft } from './draft'

/** What an import that does not fit says of the card. */
const faultsSchema = z.object({
  problems: z.array(cardProblemSchema).default([]),
  missing: z.array(z.string()).default([]),
  wrong: z.array(z.object({ field: z.string(), why: z.string() })).default([]),
})

export const useImporting = defineStore('importing', () => {
  const api = useApi()
  const dialogs = useDialogs()
  const models = useModels()
  const notices = useNotices()
  const segment = useSegment()

  const model = shallowRef<InspectedModel | null>(null)
  const draft = ref<Draft | null>(null)
  const error = shallowRef<SagittaError | null>(null)
  const busy = ref(false)
  /** Problems are shown at their fields once somebody tried to take the model in. */
  const tried = ref(false)
  /** By field, as the import answered; gone when the form changes. */
  const refused = reactive(new Map<ImportCardField, string>())

  const shapes = computed(() => (draft.value && model.value ? shapesOf(draft.value, model.value) : null))
  const filled = computed(() => (draft.value && model.value ? cardOf(draft.value, model.value) : null))
  const problems = computed<ReadonlyMap<ImportCardField, string>>(() =>
    tried.value ? new Map([...(filled.value?.problems ?? []), ...refused]) : new Map(),
  )
  /** How the file tells a field, while the form holds what it tells. */
  const whys = computed(() => {
    const now: Readonly<Record<string, unknown>> = draft.value ? { ...draft.value } : {}
    const kept = (model.value?.suggested ?? []).filter(({ field, value }) => now[field] === String(value))
    return new Map(kept.map(({ field, why }) => [field, why]))
  })

  /** Looks into a file; the form of the same file stays as it was left. */
  const open = async (file: string): Promise<void> => {
    if (model.value?.file === file) return
    clear()
    busy.value = true
    try {
      const found = await api.models.inspect({ file })
      model.value = found
      draft.value = found.own ? null : draftOf(found)
    } catch (thrown) {
      error.value = asSagittaError(thrown)
    }
    busy.value = false
  }

  const clear = (): void => {
    model.value = null
    draft.value = null
    error.value = null
    tried.value = false
    refused.clear()
  }

  // Rows follow the number of channels; those that were filled in stay.
  watch(
    () => [shapes.value?.classes, draft.value?.activation] as const,
    ([classes, activation], [, before]) => {
      if (!draft.value || !model.value) return
      const untouched = draft.value.labels.every(({ name }) => name === '' || name === 'background')
      if (activation !== before && untouched) draft.value.labels = []
      if (draft.value.labels.length !== classes) draft.value.labels = labelRows(draft.value, model.value)
    },
  )
  watch(
    draft,
    () => {
      refused.clear()
      error.value = null
    },
    { deep: true },
  )

  const addRow = (): void => {
    if (!draft.value) return
    const values = draft.value.labels.map(({ value }) => Number(value) || 0)
    draft.value.labels.push(newRow(1 + Math.max(0, ...values)))
  }

  const take = (thrown: SagittaError): void => {
    const { data } = faultsSchema.safeParse(thrown.details)
    for (const { field, text } of data?.problems ?? []) refused.set(field, text)
    for (const { field, why } of data?.wrong ?? []) refused.set(field as ImportCardField, why)
    for (const field of data?.missing ?? []) refused.set(field as ImportCardField, 'This is missing.')
    error.value = refused.size === 0 ? thrown : null
  }

  /** @returns whether the model is in the list now. */
  const run = async (): Promise<boolean> => {
    if (!model.value || busy.value) return false
    tried.value = true
    refused.clear()
    error.value = null
    if (filled.value && filled.value.problems.size > 0) return false
    busy.value = true
    try {
      const { file } = model.value
      const { card, notices: told } = await api.models.import({ file, card: filled.value?.card ?? null })
      await models.load()
      segment.model = card.path
      clear()
      dialogs.show({ name: 'model-card', path: card.path })
      notices.say({
        tone: told.length > 0 ? 'warn' : 'ok',
        text: `${card.name} is in the list of models.`,
        sub: told.length > 0 ? told.join(' ') : 'It ran once on numbers. Try it on a scan you know.',
      })
      return true
    } catch (thrown) {
      take(asSagittaError(thrown))
      return false
    } finally {
      busy.value = false
    }
  }

  return { model, draft, shapes, problems, whys, error, busy, tried, open, addRow, run }
})
