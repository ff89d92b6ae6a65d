// Bringing scans in: from a folder, a drop, the sample study; what was skipped is said and can be looked up.
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { Client } from '#common/ipc/contract'
import type { Skipped } from '#common/ipc/volume'
import type { studyContract } from '#common/ipc/study'
import { useApi } from '../api'
import { arrivals } from './arrivals'
import { useDialogs } from './dialogs'
import { shareOf } from './eta'
import { baseName, count, plural } from './format'
import { useJobs, type JobProgress } from './jobs'
import { useMachine } from './machine'
import { useNotices } from './notices'
import { useProject, type Source } from './project'
import { useSelection } from './selection'

type ScanProgress = Parameters<Parameters<ReturnType<Client<typeof studyContract>['scan']>['onProgress']>[0]>[0]
type Sample = Awaited<ReturnType<Client<typeof studyContract>['sample']>['done']>[number]

/** A scan's progress in words: "812 of 1 204 files, 3 series, 12 skipped". */
export function scanProgress(value: ScanProgress): JobProgress {
  const of = value.totalFiles === null ? '' : ` of ${count(value.totalFiles)}`
  const skipped = value.skipped > 0 ? `, ${count(value.skipped)} skipped` : ''
  return {
    share: shareOf(value.filesSeen, value.totalFiles),
    text: `${count(value.filesSeen)}${of} files, ${count(value.series)} series${skipped}`,
    secondsLeft: null,
  }
}

export const useIntake = defineStore('intake', () => {
  const api = useApi()
  const jobs = useJobs()
  const machine = useMachine()
  const notices = useNotices()
  const dialogs = useDialogs()
  const project = useProject()
  const selection = useSelection()

  /** The sample study's patients, once asked for: where their ground truth is. */
  const samples = shallowRef<readonly Sample[]>([])

  interface Brought {
    readonly added: readonly Source[]
    readonly skipped: number
  }

  /** Adds the scans under `paths` to the project, or to a scratch workspace when none is open. */
  const bring = async (paths: readonly string[], title: string): Promise<Brought> => {
    const before = new Set(project.sources.map(source => source.volumeId))
    const handle = api.project.add({ paths: [...paths] })
    let skipped = 0
    handle.onProgress(value => (skipped = value.skipped))
    const state = project.take(await jobs.track({ kind: 'scan', title, progressOf: scanProgress }, handle))
    return { added: state.sources.filter(source => !before.has(source.volumeId)), skipped }
  }

  /** Adds scans, opens the first new series, and says what was left out. */
  const add = async (paths: readonly string[]): Promise<void> => {
    if (paths.length === 0) return
    const name = paths.length === 1 ? baseName(paths[0]!) : plural(paths.length, 'place')
    const { added, skipped } = await bring(paths, `Reading ${name}`)
    if (added[0]) selection.goTo({ volumeId: added[0].volumeId })
    const show = { title: 'Show', run: () => dialogs.show({ name: 'skipped', paths }) }
    if (skipped > 0)
      notices.say({
        tone: 'warn',
        text: `${plural(skipped, 'file')} skipped.`,
        sub: added.length === 0 ? 'No series was added.' : `${plural(added.length, 'series', 'series')} added.`,
        action: show,
      })
    else if (added.length === 0) sayNothingNew(name)
  }
  const sayNothingNew = (name: string): void =>
    void notices.say({
      tone: 'info',
      text: `Nothing new in ${name}.`,
      sub: 'Every series there is in the list already.',
    })

  const addFolder = async (): Promise<void> => {
    const { path } = await api.app.chooseFolder({ title: 'Open a folder of scans', createAllowed: false })
    if (path !== null) await add([path])
  }

  const addSample = async (patients: readonly Sample[]): Promise<readonly Source[]> => {
    const folders = patients.map(patient => patient.dicomFolder)
    samples.value = [...samples.value.filter(known => !folders.includes(known.dicomFolder)), ...patients]
    return (await bring(folders, 'Reading the sample study')).added
  }

  /**
   * Makes sure the sample study is on disk and adds its patients, each as soon as it is there; the first one is opened. While that goes on,
   * asking again does nothing.
   */
  const openSample = async (): Promise<void> => {
    if (jobs.running.some(job => job.kind === 'sample')) return
    const handle = api.study.sample({})
    const added: Source[] = []
    const addEach = async (): Promise<void> => {
      for await (const patients of arrivals(handle, ({ ready }) => ready)) {
        const isFirst = added.length === 0
        added.push(...(await addSample(patients)))
        if (isFirst && added[0]) selection.goTo({ volumeId: added[0].volumeId })
      }
    }
    const progressOf = ({ done, total }: { done: number; total: number }): JobProgress => ({
      share: shareOf(done, total),
      text: `${count(done)} of ${count(total)} slices`,
      secondsLeft: null,
    })
    await Promise.all([
      jobs.track({ kind: 'sample', title: 'Preparing the sample study', progressOf }, handle),
      addEach(),
    ])
    if (added.length === 0) sayNothingNew('the sample study')
  }

  // A project from an earlier day may hold the sample's patients; their ground truth lies beside them.
  watch(
    () => {
      const folder = machine.info?.sampleFolder
      return folder !== undefined && project.sources.some(({ path }) => path.startsWith(folder))
    },
    async holdsSample => {
      if (holdsSample && samples.value.length === 0)
        samples.value = (await notices.attempt(() => api.study.sample({}).done)) ?? []
    },
  )

  /** The ground truth that belongs to a volume of the sample study; null for any other volume. */
  const sampleOf = (volumeSource: string): Sample | null =>
    samples.value.find(sample => volumeSource.startsWith(sample.dicomFolder)) ?? null

  /** Reads headers once more to name the files that were left out, each with its reason. */
  const skippedIn = async (paths: readonly string[]): Promise<readonly Skipped[]> => {
    const { files } = await jobs.track(
      { kind: 'scan', title: 'Listing skipped files', progressOf: scanProgress },
      api.study.scan({ paths: [...paths] }),
    )
    return files.skipped
  }

  /** Looks for a moved source below a folder that the person chooses. */
  const locate = async (volumeId: string): Promise<void> => {
    const { path } = await api.app.chooseFolder({ title: 'Where is this series now?', createAllowed: false })
    if (path === null) return
    const state = project.take(
      await jobs.track(
        { kind: 'locate', title: `Looking in ${baseName(path)}`, progressOf: scanProgress },
        api.project.locate({ volumeId, folder: path }),
      ),
    )
    const found = state.sources.find(source => source.volumeId === volumeId)?.status === 'here'
    if (found) notices.say({ tone: 'ok', text: 'Found. Its labels are as they were.', sub: path })
    else
      notices.say({
        tone: 'warn',
        text: `This series is not in ${baseName(path)}.`,
        sub: 'Its labels are kept. Choose the folder that holds its files.',
        action: { title: 'Choose again', run: () => locate(volumeId) },
      })
  }

  return { samples, add, addFolder, openSample, sampleOf, skippedIn, locate }
})
