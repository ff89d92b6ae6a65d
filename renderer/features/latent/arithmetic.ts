// Codes as sums: here + one group - another, by an amount. A group is one that was named, a label, a patient, or all images.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { alongDifference, meanCode } from '#common/latent/sums'
import { plural } from '../../stores/format'
import { useProject } from '../../stores'
import { patientName } from '../studies'
import { useCodes } from './codes'
import { labelNames } from './colouring'
import { useGroups } from './groups'
import { useTraverse } from './traverse'

/** What can be added or taken away. */
export interface Operand {
  /** Kind and name; stands for it in choices. */
  readonly key: string
  readonly name: string
  readonly kind: 'all' | 'group' | 'label' | 'patient'
  readonly indices: ArrayLike<number>
}

const ALL = 'all'

/** Names that several images share, in order of name. Where all share one it is no part of them. */
export function byShared(kind: 'label' | 'patient', names: readonly string[]): Operand[] {
  const members = new Map<string, number[]>()
  names.forEach((name, n) => {
    if (name === '') return
    const known = members.get(name)
    if (known) known.push(n)
    else members.set(name, [n])
  })
  if (members.size < 2) return []
  return [...members]
    .map(([name, indices]) => ({ key: `${kind} ${name}`, name, kind, indices }))
    .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
}

export const useArithmetic = defineStore('codeArithmetic', () => {
  const codes = useCodes()
  const groups = useGroups()
  const project = useProject()
  const traverse = useTraverse()

  const operands = computed<readonly Operand[]>(() => {
    const set = codes.current
    if (!set) return []
    const patients = set.ids.map((_, n) => {
      const info = project.sourceById.get(set.places.volumeIds[set.places.volume[n]!] ?? '')?.info
      return info ? patientName(info) : set.patients[n]!
    })
    return [
      ...groups.here.map(({ group, indices }) => ({
        ...{ key: `group ${group.id}`, name: group.name, kind: 'group' as const, indices },
      })),
      ...byShared('label', labelNames(set)),
      ...byShared('patient', patients),
      { key: ALL, name: 'all images', kind: 'all', indices: set.ids.map((_, n) => n) },
    ]
  })
  const options = computed(() =>
    operands.value.map(({ key, name, kind, indices }) => ({
      ...{ value: key, text: name },
      sub: `${kind === 'all' ? '' : `${kind}, `}${plural(indices.length, 'image')}`,
    })),
  )
  const operand = (key: string | null): Operand | null => operands.value.find(one => one.key === key) ?? null

  const chosenPlus = ref<string | null>(null)
  const chosenMinus = ref<string | null>(null)
  const plus = computed<string | null>({
    get: () => operand(chosenPlus.value)?.key ?? null,
    set: next => (chosenPlus.value = next),
  })
  /** All images until another is chosen: what a group has that the others lack. */
  const minus = computed<string | null>({
    get: () => operand(chosenMinus.value)?.key ?? ALL,
    set: next => (chosenMinus.value = next),
  })
  const meanOf = (key: string | null): Float32Array | null => {
    const [set, one] = [codes.current, operand(key)]
    return set && one ? meanCode(set.values, set.units, one.indices) : null
  }
  const means = computed(() => {
    const [added, taken] = [meanOf(plus.value), meanOf(minus.value)]
    return added && taken ? { added, taken } : null
  })

  const amount = ref(0)
  /** Where the sum starts; null: at the point that is moved now. */
  const start = shallowRef<Float32Array | null>(null)
  /** The sum, as it was handed to the traversal. */
  let sum: Float32Array | null = null
  const slide = (next: number): void => {
    const from = start.value ?? traverse.point
    if (!means.value || !from) return
    start.value = from
    amount.value = next
    sum = alongDifference(from, means.value.added, means.value.taken, next)
    traverse.take(sum)
  }
  // Moved from elsewhere: the next sum starts there.
  watch(
    () => traverse.point,
    point => {
      if (point === sum) return
      start.value = sum = null
      amount.value = 0
    },
  )
  watch(means, () => {
    if (amount.value !== 0) slide(amount.value)
  })

  return { options, plus, minus, amount, means, slide }
})
