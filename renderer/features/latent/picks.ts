// Which points are meant: under the pointer, opened, chosen together, and the two ends of a way.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { meanCode } from '#common/latent/sums'
import { plural } from '../../stores/format'
import { useProject } from '../../stores'
import { patientName } from '../studies'
import { useCodes } from './codes'
import { useColours } from './colours'
import { placeOfImage } from './regionLink'
import { codeAt } from './units'

/** How the chosen points were chosen. */
export type ChosenBy = 'lasso' | 'rectangle' | 'region' | 'group' | 'conspicuous'

export interface Chosen {
  readonly by: ChosenBy
  readonly indices: Int32Array
  /** What they are called together; null where nothing is. */
  readonly name: string | null
}

/** An end of a way: an image, or the middle of several. */
export interface WayEnd {
  readonly title: string
  readonly code: Float32Array
  /** null for a middle. */
  readonly index: number | null
}

export const usePicks = defineStore('picks', () => {
  const codes = useCodes()
  const colours = useColours()
  const project = useProject()

  const hovered = shallowRef<number | null>(null)
  /** The opened point. */
  const current = shallowRef<number | null>(null)
  const chosen = shallowRef<Chosen | null>(null)
  const ends = shallowRef<{ readonly a: WayEnd | null; readonly b: WayEnd | null }>({ a: null, b: null })
  /** Counts openings: opening the same point again goes to its slice again. */
  const opened = ref(0)

  const clear = (): void => {
    hovered.value = current.value = chosen.value = null
    ends.value = { a: null, b: null }
  }
  watch(() => codes.current?.codes, clear)

  const open = (index: number): void => {
    current.value = index
    opened.value++
  }
  /** @param name of what they are, where they have one */
  const choose = (by: ChosenBy, indices: Int32Array, name: string | null = null): void => {
    chosen.value = indices.length > 0 ? { by, indices, name } : null
  }
  const chooseGroup = (category: number): void => {
    const colouring = colours.colouring
    if (colouring?.kind !== 'categories') return
    const indices: number[] = []
    colouring.of.forEach((at, n) => at === category && indices.push(n))
    choose('group', Int32Array.from(indices), colouring.categories[category]?.name ?? null)
  }

  /** 1 for points that stand out; null while none are chosen. */
  const lit = computed(() => {
    if (!chosen.value || !codes.current) return null
    const flags = new Uint8Array(codes.current.count)
    for (const n of chosen.value.indices) flags[n] = 1
    return flags
  })

  /** "Anna Liver, slice 7": whom and where an image shows; its id where it is no part of a volume. */
  const titleOf = (index: number): string => {
    const set = codes.current
    if (!set) return ''
    const place = placeOfImage(set, index)
    const info = place && project.sourceById.get(place.volumeId)?.info
    if (!place) return set.ids[index] ?? ''
    return `${info ? patientName(info) : set.patients[index] || 'Unknown series'}, slice ${place.k + 1}`
  }
  const patientOf = (index: number): string => codes.current?.patients[index] ?? ''

  const setEnd = (which: 'a' | 'b', end: WayEnd): void => {
    ends.value = { ...ends.value, [which]: end }
  }
  const imageEnd = (index: number): WayEnd | null =>
    codes.current && { title: titleOf(index), code: codeAt(codes.current.values, codes.current.units, index), index }
  const endFromCurrent = (which: 'a' | 'b'): void => {
    const end = current.value === null ? null : imageEnd(current.value)
    if (end) setEnd(which, end)
  }
  const endFromChosen = (which: 'a' | 'b'): void => {
    const set = codes.current
    if (!set || !chosen.value) return
    const { indices } = chosen.value
    const names = new Set(Array.from(indices, patientOf))
    const [only] = names
    const called = chosen.value.name ?? (names.size === 1 && only ? only : plural(indices.length, 'image'))
    const title = `middle of ${called}`
    setEnd(which, { title, code: meanCode(set.values, set.units, indices), index: null })
  }

  return {
    ...{ hovered, current, opened, chosen, ends, lit },
    ...{ clear, open, choose, chooseGroup, titleOf, patientOf, endFromCurrent, endFromChosen },
  }
})
