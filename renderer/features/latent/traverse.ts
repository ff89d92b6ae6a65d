// One unit after the other: the point that is moved, what it decodes to, and the pictures at the ends of each slider.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useApi } from '../../api'
import { useAnswer } from './answers'
import { useCodes } from './codes'
import { useLatentModel } from './model'
import { usePicks } from './picks'
import { codeAt, endPoints, orderedUnits, unitRange, type UnitOrder } from './units'

/** Units that are shown at first: the others say little. */
const FIRST_UNITS = 8

export const useTraverse = defineStore('traverse', () => {
  const api = useApi()
  const codes = useCodes()
  const model = useLatentModel()
  const picks = usePicks()

  const chosenOrder = ref<UnitOrder | null>(null)
  const order = computed<UnitOrder>({
    get: () => chosenOrder.value ?? (model.info?.task === 'vae' ? 'kl' : 'variance'),
    set: next => (chosenOrder.value = next),
  })
  const units = computed(() => codes.statistics?.units ?? [])
  const ranges = computed(() => units.value.map(unit => unitRange(model.info?.task ?? 'autoencoder', unit)))
  const ordered = computed(() => orderedUnits(units.value, order.value))
  const all = ref(false)
  const listed = computed(() => (all.value ? ordered.value : ordered.value.slice(0, FIRST_UNITS)))

  /** Where moving starts: the opened image, else the mean of all codes. */
  const base = computed<Float32Array | null>(() => {
    const set = codes.current
    if (!set || !codes.statistics) return null
    return picks.current === null ? codes.statistics.mean : codeAt(set.values, set.units, picks.current)
  })
  const from = computed(() => (picks.current === null ? 'the mean code' : picks.titleOf(picks.current)))

  const moved = shallowRef<Float32Array | null>(null)
  watch(base, () => (moved.value = null))
  const point = computed(() => moved.value ?? base.value)
  const changed = computed(() => {
    const [now, start] = [moved.value, base.value]
    return now && start ? units.value.filter((_, unit) => now[unit] !== start[unit]).length : 0
  })
  const move = (unit: number, value: number): void => {
    if (!point.value) return
    const next = point.value.slice()
    next[unit] = value
    moved.value = next
  }
  /** Takes a whole point: a cell of the plane, a sample, a step of a way. */
  const take = (whole: Float32Array): void => {
    moved.value = whole
  }
  const reset = (): void => {
    moved.value = null
  }
  /** Opens the image whose code is nearest to the moved point. */
  const openNearest = async (): Promise<void> => {
    const set = codes.current
    if (!set || !point.value) return
    const { indices } = await api.latent.neighbours({ codes: set.codes, query: { point: point.value }, count: 1 })
    const [index] = indices
    if (index !== undefined && codes.current === set) picks.open(index)
  }

  const can = computed(() => model.info?.decodes === true && model.path !== null)
  const here = computed(() => (can.value && point.value ? { model: model.path!, points: point.value } : null))
  const decoded = useAnswer(() => here.value, api.latent.decode)
  const ends = computed(() =>
    can.value && base.value && ranges.value.length === base.value.length && listed.value.length > 0
      ? { model: model.path!, points: endPoints(base.value, listed.value, ranges.value), list: listed.value }
      : null,
  )
  const endPictures = useAnswer(
    () => ends.value,
    async ({ model: path, points, list }) => ({ list, pictures: await api.latent.decode({ model: path, points }) }),
  )

  return {
    ...{ order, units, ranges, ordered, listed, all, base, from, point, changed, move, take, reset, openNearest },
    picture: computed(() => decoded.latest.value?.answer ?? null),
    error: computed(() => decoded.error.value ?? endPictures.error.value),
    ends: computed(() => endPictures.latest.value?.answer ?? null),
  }
})
