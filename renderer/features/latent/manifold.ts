// The plane of two units: a grid of decodes through the point that is moved.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useApi } from '../../api'
import { useAnswer } from './answers'
import { useCodes } from './codes'
import { useLatentModel } from './model'
import { useTraverse } from './traverse'
import { orderedUnits, gridPoints, gridSteps, nearestCell, type GridSpacing } from './units'

export const GRID_SIZE = 9

export const useManifold = defineStore('manifold', () => {
  const api = useApi()
  const codes = useCodes()
  const model = useLatentModel()
  const traverse = useTraverse()

  const spacing = ref<GridSpacing>('even')
  const chosen = shallowRef<readonly [number, number] | null>(null)
  watch(
    () => codes.current?.codes,
    () => (chosen.value = null),
  )
  const pair = computed<readonly [number, number]>({
    get: () => {
      const [across = 0, up = across] = orderedUnits(traverse.units, 'kl')
      return chosen.value ?? [across, up]
    },
    set: next => (chosen.value = next),
  })
  const steps = computed(() => gridSteps(GRID_SIZE, spacing.value))

  const question = computed(() => {
    if (!traverse.base || traverse.ranges.length !== traverse.base.length) return null
    if (model.info?.decodes !== true || model.path === null) return null
    return { model: model.path, points: gridPoints(traverse.base, pair.value, traverse.ranges, steps.value) }
  })
  const decoded = useAnswer(() => question.value, api.latent.decode)

  /** Cell, row by row, that the moved point is in. */
  const cell = computed(() =>
    traverse.point && traverse.ranges.length === traverse.point.length
      ? nearestCell(traverse.point, pair.value, traverse.ranges, steps.value)
      : null,
  )
  const takeCell = (at: number): void => {
    const points = question.value?.points
    const size = traverse.base?.length ?? 0
    if (points) traverse.take(points.slice(at * size, (at + 1) * size))
  }

  return {
    ...{ spacing, pair, steps, cell, takeCell },
    pictures: computed(() => decoded.latest.value?.answer ?? null),
    error: decoded.error,
  }
})
