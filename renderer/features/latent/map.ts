// The map of the codes: how they are brought to two dimensions, and where each lies.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { asSagittaError, type SagittaError } from '#common/errors'
import type { z } from 'zod'
import type { projectionSchema } from '#common/ipc/latent'
import type { JobHandle } from '#common/ipc/contract'
import { useApi } from '../../api'
import { useJobs } from '../../stores'
import { PointIndex } from '../../rendering'
import { counted, useCodes } from './codes'
import { densityLines, posteriorSpread, priorLine, type MapPlane } from './contours'
import { useLatentModel } from './model'
import { orderedUnits } from './units'

export type MapMethod = 'pca' | 'umap' | 'units'
/** What the left button does on the map. */
export type MapTool = 'pick' | 'lasso' | 'rectangle'
type Projection = z.input<typeof projectionSchema>

export interface CodeMap {
  /** Codes it is the map of. */
  readonly codes: string
  readonly projection: Projection
  /** [n, 2] */
  readonly points: Float32Array
  readonly index: PointIndex
  readonly explained: readonly number[] | null
  readonly plane: MapPlane | null
  readonly notice: string | null
}

/** Shares of the codes that the density lines hold. */
const SHARES = [0.6, 0.95]

export const useCodeMap = defineStore('codeMap', () => {
  const api = useApi()
  const codes = useCodes()
  const jobs = useJobs()
  const model = useLatentModel()

  const tool = ref<MapTool>('pick')
  const method = ref<MapMethod>('pca')
  const neighbours = ref(15)
  const chosenUnits = shallowRef<readonly [number, number] | null>(null)
  /** Axes of the two-unit map: those a person chose, else the two that say most. */
  const units = computed<readonly [number, number]>({
    get: () => {
      const [across = 0, up = across] = orderedUnits(codes.statistics?.units ?? [], 'kl')
      return chosenUnits.value ?? [across, up]
    },
    set: next => (chosenUnits.value = next),
  })
  const projection = computed<Projection | null>(() => {
    switch (method.value) {
      case 'pca':
        return { method: 'pca' }
      case 'umap':
        return { method: 'umap', neighbours: neighbours.value }
      case 'units':
        return codes.statistics ? { method: 'units', across: units.value[0], up: units.value[1] } : null
    }
  })

  const current = shallowRef<CodeMap | null>(null)
  const error = shallowRef<SagittaError | null>(null)
  const job = computed(() => jobs.running.find(({ kind }) => kind === 'map') ?? null)
  let running: JobHandle<unknown, unknown> | null = null
  const placeOf = (index: number): readonly [number, number] | null => {
    const points = current.value?.points
    return points && 2 * index + 1 < points.length ? [points[2 * index]!, points[2 * index + 1]!] : null
  }

  const make = async (set: string, asked: Projection): Promise<void> => {
    running?.cancel()
    const handle = api.latent.project({ codes: set, projection: asked })
    running = handle
    error.value = null
    try {
      const { points, axes, explained, notice } = await jobs.track(
        {
          kind: 'map',
          title: asked.method === 'umap' ? 'UMAP of the codes' : 'Map of the codes',
          progressOf: counted('steps'),
        },
        handle,
      )
      if (running !== handle) return
      current.value = {
        codes: set,
        projection: asked,
        points,
        index: new PointIndex(points),
        explained,
        plane: axes,
        notice,
      }
    } catch (thrown) {
      if (running !== handle) return
      const failed = asSagittaError(thrown)
      // What a person stopped leaves the map that was there.
      if (failed.code !== 'cancelled') error.value = failed
    } finally {
      if (running === handle) running = null
    }
  }

  const retry = (): void => {
    if (codes.current && projection.value) void make(codes.current.codes, projection.value)
  }
  watch(
    [() => codes.current?.codes, projection],
    ([set, asked], [before]) => {
      if (set !== before) {
        current.value = null
        chosenUnits.value = null
      }
      if (set === undefined) {
        running?.cancel()
        running = null
        error.value = null
      } else if (asked) void make(set, asked)
    },
    { immediate: true },
  )

  const showPrior = ref(true)
  const showDensity = ref(true)
  /** Why there is no prior to draw, or null. */
  const noPrior = computed(() => {
    if (model.info?.task !== 'vae') return 'An autoencoder has no prior.'
    return current.value && !current.value.plane ? 'UMAP is no plane in the code: the prior has no shape on it.' : null
  })
  const priorLines = computed(() => {
    const plane = current.value?.plane
    if (!plane || !showPrior.value || noPrior.value !== null) return []
    return [1, 2].map(sigma => ({ sigma, line: priorLine(plane, sigma) }))
  })
  /** The posteriors' own variances, mean over images: what the covariance of all has beyond that of the means. */
  const posteriorVariances = computed(() => {
    const { statistics } = codes
    if (!statistics || model.info?.task !== 'vae') return null
    const size = statistics.units.length
    return statistics.units.map(({ variance }, d) => Math.max(0, statistics.covariance[d * size + d]! - variance))
  })
  const density = computed(() => {
    const map = current.value
    if (!map || !showDensity.value) return []
    const widened = map.plane && posteriorVariances.value
    return densityLines(map.points, SHARES, widened ? posteriorSpread(map.plane, posteriorVariances.value) : [0, 0])
  })

  return {
    ...{ tool, method, neighbours, units, projection, current, error, job, retry, placeOf },
    ...{ showPrior, showDensity, noPrior, priorLines, density },
  }
})
