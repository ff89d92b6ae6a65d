// What can be done with one series: export, import a target map, take the sample's ground truth, remove, show where it is.
import { useApi } from '../../api'
import { useIntake, useJobs, useNotices, useProject, useProposals, useSelection, type Source } from '../../stores'
import { shareOf } from '../../stores/eta'
import { baseName, bytes, count, plural } from '../../stores/format'
import type { JobProgress } from '../../stores'
import { seriesName } from './tree'

const LABEL_FILES = ['nii.gz', 'nii', 'dcm', 'nrrd']

const slices = ({ done, total }: { done: number; total: number }): JobProgress => ({
  share: shareOf(done, total),
  text: `${count(done)} of ${count(total)} slices`,
  secondsLeft: null,
})

/** A file name without patient names: series description, signs replaced. */
export const exportName = (source: Source, suffix: string): string =>
  `${
    seriesName(source.info)
      .replace(/[^\p{L}\p{N}.]+/gu, '-')
      .replace(/^-|-$/g, '')
      .toLowerCase() || 'series'
  }${suffix}.nii.gz`

export function useSeriesActions() {
  const api = useApi()
  const intake = useIntake()
  const jobs = useJobs()
  const notices = useNotices()
  const project = useProject()
  const selection = useSelection()
  const proposals = useProposals()

  const chooseOut = async (title: string, suggestedName: string): Promise<string | null> =>
    (await api.app.chooseSave({ title, suggestedName, extensions: ['nii.gz'] })).path
  const showFile = (path: string) => ({ title: 'Show file', run: () => api.app.showInFolder({ path }) })

  const exportVolume = async (source: Source): Promise<void> => {
    const out = await chooseOut('Export the series as NIfTI', exportName(source, ''))
    if (out === null) return
    const done = await jobs.track(
      { kind: 'export', title: `Writing ${baseName(out)}`, progressOf: slices },
      api.study.exportVolume({ volumeId: source.volumeId, out }),
    )
    notices.say({ tone: 'ok', text: 'Series exported.', sub: baseName(done.out), action: showFile(done.out) })
  }

  const exportLabels = async (source: Source): Promise<void> => {
    const out = await chooseOut('Export the target map as NIfTI', exportName(source, '-labels'))
    if (out === null) return
    const done = await jobs.track(
      { kind: 'export', title: `Writing ${baseName(out)}`, progressOf: slices },
      api.voxels.exportLabels({ volumeId: source.volumeId, out }),
    )
    const labels = plural(done.counts.filter(({ voxels }) => voxels > 0).length, 'label')
    notices.say({
      tone: 'ok',
      text: `Verified: ${labels} equal voxel by voxel after rereading ${baseName(done.out)}.`,
      sub: bytes(done.bytes),
      action: showFile(done.out),
    })
  }

  const importFrom = async (source: Source, path: string, complete: boolean): Promise<void> => {
    const ack = await jobs.track(
      { kind: 'import', title: `Reading ${baseName(path)}`, progressOf: slices },
      api.voxels.importLabels({ volumeId: source.volumeId, path, complete }),
    )
    const labels = plural(ack.state.counts.filter(({ voxels }) => voxels > 0).length, 'label')
    const all = ack.state.states.map((_, k) => k)
    if (complete)
      notices.say({
        tone: 'ok',
        text: `Target map taken: ${labels}.`,
        sub: `All ${count(all.length)} slices are marked complete. Ctrl Z takes it back.`,
      })
    else
      notices.say({
        tone: 'ok',
        text: `Target map taken: ${labels}.`,
        sub: 'Its slices teach a model once they are marked complete.',
        action: {
          title: 'All slices are checked',
          run: () => api.voxels.setSliceState({ volumeId: source.volumeId, slices: all, state: 'complete' }),
        },
      })
  }

  const importLabels = async (source: Source): Promise<void> => {
    const { path } = await api.app.chooseFile({ title: 'Import a target map on this grid', extensions: LABEL_FILES })
    if (path !== null) await importFrom(source, path, false)
  }

  /** The sample study's ground truth of this series; null for any other. */
  const truthOf = (source: Source): string | null => intake.sampleOf(source.path)?.truth ?? null
  const takeTruth = async (source: Source): Promise<void> => {
    const truth = truthOf(source)
    if (truth !== null) await importFrom(source, truth, true)
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

  const open = (source: Source): void => selection.goTo({ volumeId: source.volumeId })
  const showFolder = (source: Source): Promise<unknown> => api.app.showInFolder({ path: source.path })

  return { open, exportVolume, exportLabels, importLabels, truthOf, takeTruth, remove, showFolder }
}
