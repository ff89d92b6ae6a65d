// By what the points are coloured, which kinds are hidden, and the legend.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { VolumeInfo } from '#common/ipc/volume'
import { useApi } from '../../api'
import { useProject } from '../../stores'
import { patientName, seriesName } from '../studies'
import { useAnswer } from './answers'
import { useCodes } from './codes'
import { useGroups } from './groups'
import { groupNames } from './imageGroups'
import { byName, byNumber, labelNames, SHOWS_NONE, UNLABELLED, type ColourBy, type Colouring } from './colouring'

export const COLOUR_NAMES: Readonly<Record<ColourBy, string>> = {
  label: 'Label',
  patient: 'Patient',
  error: 'Error',
  cluster: 'Cluster',
  group: 'Group',
  series: 'Series',
  sex: 'Sex',
  slice: 'Slice position',
}
const UNKNOWN = 'Unknown'
const NO_GROUP = 'No group'

export const useColours = defineStore('latentColours', () => {
  const api = useApi()
  const codes = useCodes()
  const groups = useGroups()
  const project = useProject()

  const chosen = ref<ColourBy | null>(null)
  const clusters = ref(6)
  const sizeByError = ref(false)
  const hidden = shallowRef<ReadonlySet<number>>(new Set())

  /** What is known of these images. */
  const possible = computed<readonly ColourBy[]>(() => {
    const set = codes.current
    if (!set) return []
    const volumes = set.places.volumeIds.length > 0
    return [
      ...(set.labels.some(label => label >= 0) ? (['label'] as const) : []),
      ...(set.patients.some(patient => patient !== '') || volumes ? (['patient'] as const) : []),
      ...(set.errors.length > 0 ? (['error'] as const) : []),
      'cluster',
      ...(groups.here.length > 0 ? (['group'] as const) : []),
      ...(volumes ? (['series', 'sex', 'slice'] as const) : []),
    ]
  })
  const by = computed<ColourBy>({
    get: () =>
      chosen.value !== null && possible.value.includes(chosen.value) ? chosen.value : (possible.value[0] ?? 'cluster'),
    set: next => (chosen.value = next),
  })

  const question = computed(() =>
    codes.current && by.value === 'cluster' ? { codes: codes.current.codes, count: clusters.value } : null,
  )
  const grouped = useAnswer(() => question.value, api.latent.clusters)

  /** Facts of the volumes that images lie in; null for one that is not in the project. */
  const infos = computed(
    () => codes.current?.places.volumeIds.map(id => project.sourceById.get(id)?.info ?? null) ?? [],
  )
  /** A fact of each image's volume, in words. */
  const ofVolume = (volume: Int32Array, read: (info: VolumeInfo) => string): string[] => {
    const names = infos.value.map(info => (info ? read(info) : UNKNOWN) || UNKNOWN)
    return Array.from(volume, at => names[at] ?? UNKNOWN)
  }
  const colorOfLabel = (name: string): string | null => project.labels.find(label => label.name === name)?.color ?? null

  const colouring = computed<Colouring | null>(() => {
    const set = codes.current
    if (!set) return null
    switch (by.value) {
      case 'label':
        return byName(labelNames(set), { colorOf: colorOfLabel, plain: [SHOWS_NONE, UNLABELLED] })
      case 'patient':
        return byName(
          set.places.volumeIds.length > 0
            ? ofVolume(set.places.volume, patientName)
            : set.patients.map(patient => patient || UNKNOWN),
          { plain: [UNKNOWN] },
        )
      case 'error':
        return byNumber(set.errors)
      case 'cluster': {
        const answer = grouped.latest.value
        if (!answer || answer.question.codes !== set.codes)
          return byName(
            set.ids.map(() => UNKNOWN),
            { plain: [UNKNOWN] },
          )
        return byName(Array.from(answer.answer.groups, group => `Group ${group + 1}`))
      }
      case 'group':
        return byName(groupNames(groups.here, set.count, NO_GROUP), { plain: [NO_GROUP] })
      case 'series':
        return byName(ofVolume(set.places.volume, seriesName), { plain: [UNKNOWN] })
      case 'sex':
        return byName(
          ofVolume(set.places.volume, info => info.patientSex),
          { plain: [UNKNOWN] },
        )
      case 'slice':
        return byNumber(
          Array.from(set.places.k, (k, n) => {
            const slices = infos.value[set.places.volume[n]!]?.size[2] ?? 1
            return slices > 1 ? k / (slices - 1) : 0
          }),
        )
    }
  })

  watch([() => codes.current?.codes, by, clusters], () => (hidden.value = new Set()))
  const toggle = (category: number): void => {
    const next = new Set(hidden.value)
    if (!next.delete(category)) next.add(category)
    hidden.value = next
  }
  /** Whether a point is drawn. */
  const shows = (index: number): boolean =>
    colouring.value?.kind !== 'categories' || !hidden.value.has(colouring.value.of[index]!)
  /** What a point is, in words: its category. */
  const nameOf = (index: number): string | null =>
    colouring.value?.kind === 'categories'
      ? (colouring.value.categories[colouring.value.of[index]!]?.name ?? null)
      : null

  /** Larger for a larger error, the scale of `byNumber`. */
  const sizes = computed(() => {
    const set = codes.current
    if (!set || !sizeByError.value || set.errors.length === 0) return null
    const scale = byNumber(set.errors)
    return scale.kind === 'scale' ? scale.shares : null
  })

  return {
    by,
    possible,
    clusters,
    clusterError: grouped.error,
    sizeByError,
    sizes,
    hidden,
    colouring,
    toggle,
    shows,
    nameOf,
  }
})
