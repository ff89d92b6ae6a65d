// The agreement contract: what a model said of a volume beside what was drawn on it. Only complete slices count, and nothing is changed.
import type { ModelLabel } from '#common/ipc/compute'
import type { Handlers } from '#common/ipc/contract'
import type { agreementContract } from '#common/ipc/engine'
import { Agreement, sharedNames } from '#common/metrics/agreement'
import { cancelled } from '#common/errors'
import { readRawLabels } from './rawLabels'
import type { StudyService } from './studyService'

const NOTHING_THERE = 'None of the labels that both know is on it, drawn or found.'

export const agreementHandlers = (study: StudyService): Handlers<typeof agreementContract> => ({
  check: async ({ volumeId, labels }) => {
    const reason = await obstacleFor(study, volumeId, labels)
    if (reason !== null) return { reason, version: '' }
    return study.withLabels(volumeId, (map, session) =>
      map.states.includes('complete')
        ? { reason: null, version: JSON.stringify([session.folder, map.seq, session.labels.map(nameAndValue)]) }
        : { reason: 'None of its slices is marked complete.', version: '' },
    )
  },

  measure: async ({ volumeId, file, labels }, job) => {
    const [columns, rows, slices] = study.info(volumeId).size
    const model = await readRawLabels(file, columns * rows * slices)
    // A copy: strokes may go on meanwhile.
    const hand = await study.withLabels(volumeId, (map, session) => ({
      ...{ values: map.values.slice(), states: [...map.states], table: session.labels.map(nameAndValue) },
    }))
    const agreement = new Agreement(hand.table, labels)
    const complete = hand.states.flatMap((state, k) => (state === 'complete' ? [k] : []))
    for (const [done, k] of complete.entries()) {
      if (job.signal.aborted) throw cancelled('Comparing')
      const [from, to] = [k * columns * rows, (k + 1) * columns * rows]
      agreement.addSlice(k, hand.values.subarray(from, to), model.subarray(from, to))
      job.progress({ done: done + 1, total: complete.length })
      // Slices are asked for meanwhile.
      await new Promise(resolve => setImmediate(resolve))
    }
    const found = agreement.result()
    return { volumeId, ...found, slices: complete.length, reason: found.dice === null ? NOTHING_THERE : null }
  },
})

const nameAndValue = ({ value, name }: { value: number; name: string }) => ({ value, name })

/** Why a volume can't be compared, as far as that shows without opening its label map: one that has none gets none. */
const obstacleFor = (study: StudyService, volumeId: string, labels: readonly ModelLabel[]): Promise<string | null> =>
  study.inProject(session => {
    if (!session.volume(volumeId)) return 'It is not in the open project.'
    if (session.placeOf(volumeId) === null) return 'Its images are not where they were. Locate it first.'
    if (!session.hasLabels(volumeId)) return 'Nothing was drawn on it.'
    if (sharedNames(session.labels, labels).length === 0) return 'The model knows none of the project’s labels by name.'
    return null
  })
