// What can be done with one series: export, take the sample's ground truth, remove, show where it is.
import { PHANTOM_LABELS } from '#common/phantom/labels'
import { useApi } from '../../api'
import {
  useIntake,
  useJobs,
  useNotices,
  useProject,
  useProposals,
  useSelection,
  type JobProgress,
  type Source,
} from '../../stores'
import { shareOf } from '../../stores/eta'
import { baseName, count } from '../../stores/format'
import { useLabelMap } from '../annotate'
import { patientName, seriesName } from './tree'

/** How the study service calls a label that came without a name. */
const UNNAMED = /^Label \d+$/

const slices = ({ done, total }: { done: number; total: number }): JobProgress => ({
  share: shareOf(done, total),
  text: `${count(done)} of ${count(total)} slices`,
  secondsLeft: null,
})

/** A file name without patient names: the series description, signs replaced. */
export const exportName = (source: Source): string => {
  const name = seriesName(source.info)
    .replace(/[^\p{L}\p{N}.]+/gu, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase()
  return `${name || 'series'}.nii.gz`
}

export function useSeriesActions() {
  const api = useApi()
  const intake = useIntake()
  const jobs = useJobs()
  const labelMap = useLabelMap()
  const notices = useNotices()
  const project = useProject()
  const proposals = useProposals()
  const selection = useSelection()

  const exportVolume = async (source: Source): Promise<void> => {
    const { path: out } = await api.app.chooseSave({
      title: 'Export the series as NIfTI',
      suggestedName: exportName(source),
      extensions: ['nii.gz'],
    })
    if (out === null) return
    const done = await jobs.track(
      { kind: 'export', title: `Writing ${baseName(out)}`, progressOf: slices },
      api.study.exportVolume({ volumeId: source.volumeId, out }),
    )
    notices.say({
      tone: 'ok',
      text: 'Series exported.',
      sub: baseName(done.out),
      action: { title: 'Show file', run: () => api.app.showInFolder({ path: done.out }) },
    })
  }

  /** An evenly spaced copy as a series of its own, opened when it is there. @returns false when no file was chosen */
  const makeEvenCopy = async (source: Source, labels: boolean): Promise<boolean> => {
    const { path: out } = await api.app.chooseSave({
      title: 'Where the evenly spaced copy is kept',
      suggestedName: exportName(source).replace(/\.nii\.gz$/, '-even.nii.gz'),
      extensions: ['nii.gz'],
    })
    if (out === null) return false
    const made = await jobs.track(
      { kind: 'export', title: `Resampling ${seriesName(source.info)}`, progressOf: slices },
      api.study.makeEvenCopy({ volumeId: source.volumeId, out, labels }),
    )
    await project.load()
    selection.goTo({ volumeId: made.volumeId })
    notices.say({
      tone: 'ok',
      text: 'Evenly spaced copy added.',
      sub: `${baseName(made.out)}. The original is as it was.`,
      action: { title: 'Show file', run: () => api.app.showInFolder({ path: made.out }) },
    })
    return true
  }

  /** The sample study's ground truth of this series; null for any other. */
  const truthOf = (source: Source): string | null => intake.sampleOf(source.path)?.truth ?? null
  const readTruth = async (source: Source): Promise<string | null> => {
    const path = truthOf(source)
    if (path === null) return null
    const ack = await jobs.track(
      { kind: 'import', title: `Reading the target map of ${patientName(source.info)}`, progressOf: slices },
      api.voxels.importLabels({ volumeId: source.volumeId, path, complete: true }),
    )
    labelMap.takeAck(ack)
    return source.volumeId
  }

  /** The target map's file has values only: labels that nobody named yet get the names and codes of the phantom's. */
  const nameSampleLabels = async (): Promise<void> => {
    for (const { value, name, category, type } of PHANTOM_LABELS) {
      const label = project.labelByValue.get(value)
      if (label && UNNAMED.test(label.name)) await project.setLabel({ ...label, name, category, type })
    }
  }

  /** Replaces target maps by the sample study's; every slice counts as complete. Undone as a whole. */
  const takeTruth = async (sources: readonly Source[]): Promise<void> => {
    const taken: string[] = []
    for (const source of sources) {
      const volumeId = await readTruth(source)
      if (volumeId !== null) taken.push(volumeId)
    }
    await project.load()
    await nameSampleLabels()
    const undo = async (): Promise<void> => {
      for (const volumeId of taken) labelMap.takeAck(await api.voxels.undo({ volumeId }))
    }
    notices.say({
      tone: 'undo',
      text: taken.length === 1 ? 'Target map taken.' : `${taken.length} target maps taken.`,
      sub: 'All their slices count as complete.',
      action: { title: 'Undo', run: undo },
    })
  }

  const remove = async (source: Source): Promise<void> => {
    await project.remove(source.volumeId)
    proposals.byVolume.delete(source.volumeId)
    notices.say({
      tone: 'undo',
      text: `${seriesName(source.info)} removed from the list.`,
      sub: 'Its files and its labels are where they were.',
      action: { title: 'Undo', run: () => intake.add([source.path]) },
    })
  }

  const showFolder = (source: Source): Promise<unknown> => api.app.showInFolder({ path: source.path })

  return { exportVolume, makeEvenCopy, truthOf, takeTruth, remove, showFolder }
}
