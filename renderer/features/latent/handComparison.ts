// A segmentation model beside the labels drawn by hand: which model, how far they agree on each series, and why some were not compared.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { HandAgreement } from '#common/ipc/compute'
import { useApi } from '../../api'
import { plural } from '../../stores/format'
import { useJobs, useModels, useProject, type JobProgress } from '../../stores'
import { modelOptions, segmentProgress } from '../segment'
import { patientName, seriesName } from '../studies'
import { useCodes } from './codes'

type Progress = Parameters<typeof segmentProgress>[0] & { volume: number; volumes: number }

/** A series' progress as progress of all. */
export function compareProgress({ volume, volumes, ...stage }: Progress): JobProgress {
  const { share, text, secondsLeft } = segmentProgress(stage)
  return {
    share: (volume + (share ?? 0)) / volumes,
    text: `series ${volume + 1} of ${volumes}, ${text}`,
    // What the model says is of this series only.
    secondsLeft: volume === volumes - 1 ? secondsLeft : null,
  }
}

/** "Dice 0.81, least Lesion 0.41", over how many slices, and where to look. */
export function agreementText({ dice, labels, slices, worstSlice }: HandAgreement, withMean = true): string {
  if (dice === null) return ''
  const counted = labels.flatMap(label => (label.dice === null ? [] : [{ name: label.name, dice: label.dice }]))
  const least = counted.reduce((a, b) => (b.dice < a.dice ? b : a))
  const parts = [
    withMean ? `Dice ${dice.toFixed(2)}` : '',
    counted.length > 1 ? `least ${least.name} ${least.dice.toFixed(2)}` : '',
    `over ${plural(slices, 'complete slice')}`,
  ].filter(part => part !== '')
  const where = worstSlice === null ? '' : `; most on slice ${worstSlice + 1}`
  const text = `${parts.join(', ')}${where}`
  return `${text[0]!.toUpperCase()}${text.slice(1)}`
}

/** Reasons with the volumes they are about, the commonest first. */
export function reasonsOf(agreements: readonly HandAgreement[]): { reason: string; volumeIds: string[] }[] {
  const byReason = new Map<string, string[]>()
  for (const { reason, volumeId } of agreements)
    if (reason !== null) byReason.set(reason, [...(byReason.get(reason) ?? []), volumeId])
  return [...byReason]
    .map(([reason, volumeIds]) => ({ reason, volumeIds }))
    .sort((a, b) => b.volumeIds.length - a.volumeIds.length)
}

export const useHandComparison = defineStore('handComparison', () => {
  const api = useApi()
  const codes = useCodes()
  const jobs = useJobs()
  const models = useModels()
  const project = useProject()

  const chosen = ref<string | null>(null)
  /** Path of the model; null: nothing is compared. */
  const model = computed({
    get: () => (chosen.value !== null && models.byPath.has(chosen.value) ? chosen.value : null),
    set: next => (chosen.value = next),
  })
  const card = computed(() => (model.value === null ? null : (models.byPath.get(model.value) ?? null)))
  const options = computed(() => modelOptions(models.forSegmenting))
  /** Series of the project whose images are coded; empty for other images, which carry no drawn labels. */
  const volumeIds = computed(() =>
    codes.madeOf?.kind === 'studies'
      ? (codes.current?.places.volumeIds ?? []).filter(id => project.sourceById.has(id))
      : [],
  )

  const agreements = shallowRef<readonly HandAgreement[] | null>(null)
  watch([() => codes.current?.codes, model], () => (agreements.value = null))

  /** 1 - Dice by volume id of what could be compared; none where no model was chosen. Rejects as `models.compare`. */
  const compare = async (): Promise<Record<string, number>> => {
    agreements.value = null
    if (!card.value || volumeIds.value.length === 0) return {}
    const asked = card.value
    const found = await jobs.track(
      { kind: 'rank', title: `Comparing the hand with ${asked.name}`, progressOf: compareProgress },
      api.models.compare({ model: asked.path, volumeIds: volumeIds.value }),
    )
    if (model.value === asked.path) agreements.value = found
    return Object.fromEntries(found.flatMap(({ volumeId, dice }) => (dice === null ? [] : [[volumeId, 1 - dice]])))
  }

  const nameOf = (volumeId: string): string => {
    const info = project.sourceById.get(volumeId)?.info
    return info ? `${patientName(info)}, ${seriesName(info)}` : volumeId
  }
  const byVolume = computed(() => new Map((agreements.value ?? []).map(one => [one.volumeId, one])))
  /** How many could be compared, in words; null before. */
  const summary = computed(() => {
    const all = agreements.value
    if (!all || !card.value) return null
    const compared = all.filter(({ dice }) => dice !== null).length
    return `${card.value.name} and the hand compared on ${compared} of ${plural(all.length, 'series', 'series')}.`
  })
  const left = computed(() =>
    reasonsOf(agreements.value ?? []).map(({ reason, volumeIds: ids }) => ({ reason, names: ids.map(nameOf) })),
  )

  return { model, card, options, volumeIds, agreements, compare, nameOf, byVolume, summary, left }
})
