// The fake's main process and study service for files: windows, settings, scanning, thumbnails, the project.
import type { appContract } from '#common/ipc/app'
import type { Handlers, JobContext } from '#common/ipc/contract'
import type { ProjectState, projectContract } from '#common/ipc/project'
import type { studyContract } from '#common/ipc/study'
import { newLabel } from '#common/project/labels'
import { SagittaError } from '#common/errors'
import { SAMPLE_FOLDER, type FakeWorld } from './world'

const STEPS = 20

export const appHandlers = (world: FakeWorld): Handlers<typeof appContract> => ({
  info: () => ({
    version: '0.1.0',
    electron: '25.1.1',
    platform: 'linux',
    cpuThreads: 8,
    memoryMb: 16_000,
    freeDiskMb: 212_000,
    userData: '/home/anna/.config/Sagitta',
    sampleFolder: SAMPLE_FOLDER,
    notices: [],
    open: { paths: [], sample: false },
  }),
  network: () => ({ blocked: world.blocked }),
  memory: () => ({ usedMb: 1200, limitMb: world.settings.memoryLimitMb }),
  chooseFolder: () => ({ path: world.chosen.shift() ?? null }),
  chooseFile: () => ({ path: world.chosen.shift() ?? null }),
  chooseSave: () => ({ path: world.chosen.shift() ?? null }),
  showInFolder: () => ({}),
  settings: () => world.settings,
  setSettings: ({ settings }) => {
    world.check('app.setSettings')
    return (world.settings = settings)
  },
  recentProjects: () => world.recent,
  ready: () => ({}),
  forgetProject: ({ folder }) => (world.recent = world.recent.filter(project => project.folder !== folder)),
})

/** Counts as a scan does: files, series, skipped, total known half way. */
async function scanning(world: FakeWorld, paths: readonly string[], job: JobContext<ScanProgress>): Promise<void> {
  const found = world.below(paths)
  const total = found.reduce((sum, { info }) => sum + info.size[2], 0) + world.skipped.length
  for (let step = 1; step <= STEPS; step++) {
    await world.pause(job.signal, 'Reading')
    const seen = Math.round((total * step) / STEPS)
    const skipped = step === STEPS ? world.skipped.length : 0
    job.progress({
      filesSeen: seen,
      filesRead: seen - skipped,
      skipped,
      series: Math.ceil((found.length * step) / STEPS),
      totalFiles: step < STEPS / 4 ? null : total,
    })
  }
}
interface ScanProgress {
  filesSeen: number
  filesRead: number
  skipped: number
  series: number
  totalFiles: number | null
}

export const studyHandlers = (world: FakeWorld): Handlers<typeof studyContract> => ({
  scan: async ({ paths }, job) => {
    await scanning(world, paths, job)
    const volumes = world.below(paths).map(({ info }) => info)
    return { files: { read: volumes.reduce((sum, { frames }) => sum + frames, 0), skipped: world.skipped }, volumes }
  },
  volumes: () => world.volumes.map(({ info }) => info),
  load: async ({ volumeId }, job) => {
    world.check('study.load')
    const { info } = world.volume(volumeId)
    for (let done = 1; done <= info.size[2]; done++) {
      await world.pause(job.signal, 'Reading')
      job.progress({ done, total: info.size[2] })
    }
    return info
  },
  thumbnail: ({ volumeId }) => {
    world.check('study.thumbnail')
    const { info, voxels } = world.volume(volumeId)
    const [columns, rows, slices] = info.size
    const middle = Math.floor(slices / 2) * columns * rows
    const hu = voxels().image.subarray(middle, middle + columns * rows)
    return {
      columns,
      rows,
      samples: 1,
      pixels: Uint8Array.from(hu, value => Math.min(255, Math.max(0, (value + 160) / 1.57))),
    }
  },
  exportVolume: async ({ out }, job) => {
    await world.pause(job.signal, 'Writing')
    job.progress({ done: 1, total: 1 })
    return { out }
  },
  saveIntakeReport: ({ out }) => {
    world.check('study.saveIntakeReport')
    return { out }
  },
  evenCopyPlan: ({ volumeId }) => {
    world.check('study.evenCopyPlan')
    const { size, spacingMm } = world.volume(volumeId).info
    return {
      size: [size[0], size[1], size[2] + 2],
      spacingMm,
      slicesInHoles: 2,
      bytes: 2 * size[0] * size[1] * size[2],
    }
  },
  makeEvenCopy: async ({ volumeId, out }, job) => {
    await world.pause(job.signal, 'Resampling')
    job.progress({ done: 1, total: 1 })
    world.check('study.makeEvenCopy')
    return { out, volumeId: `${volumeId}-even` }
  },
  sample: async (_, job) => {
    const total = STEPS * world.volumes.length
    const studies = world.volumes.map(({ info }, at) => ({
      patientId: info.patientId,
      patientName: info.patientName,
      dicomFolder: info.source,
      truth: `${info.source}.nii.gz`,
      use: at < 2 ? ('train' as const) : ('test' as const),
    }))
    for (const [at, ready] of studies.entries()) {
      for (let step = 1; step < STEPS; step++) {
        await world.pause(job.signal, 'Preparing')
        job.progress({ done: STEPS * at + step, total, ready: null })
      }
      world.check(`study.sample.${ready.patientId}`)
      job.progress({ done: STEPS * (at + 1), total, ready })
    }
    return studies
  },
  memory: () => ({ rssMb: 640 }),
})

export function projectHandlers(
  world: FakeWorld,
  changed: (state: ProjectState) => void,
): Handlers<typeof projectContract> {
  const put = (state: ProjectState): ProjectState => {
    world.project = { ...state, savedAt: new Date().toISOString() }
    changed(world.project)
    return world.project
  }
  const change = (part: Partial<ProjectState>): ProjectState => put({ ...world.openProject(), ...part })

  return {
    current: () => world.project,
    create: ({ folder, name }) => {
      world.check('project.create')
      return put(world.newProject(folder, name, false))
    },
    open: ({ folder }) => {
      world.check('project.open')
      const known = world.recent.find(project => project.folder === folder)
      return put({
        ...world.newProject(folder, known?.name ?? 'Project', false),
        sources: world.volumes.map(({ info }) => ({
          volumeId: info.id,
          path: info.source,
          status: 'here',
          info,
          labelled: false,
        })),
      })
    },
    close: () => {
      world.project = null
      return {}
    },
    add: async ({ paths }, job) => {
      world.check('project.add')
      await scanning(world, paths, job)
      const state = world.project ?? world.newProject('/home/anna/.config/Sagitta/scratch/1', 'Scratch', true)
      const fresh = world.below(paths).filter(({ info }) => !state.sources.some(({ volumeId }) => volumeId === info.id))
      if (fresh.length === 0 && state.sources.length === 0)
        throw new SagittaError(
          'no-images',
          `${paths.join(', ')} holds no images. Choose the folder that holds the scan.`,
        )
      const added = fresh.map(({ info }) => ({
        volumeId: info.id,
        path: info.source,
        status: 'here' as const,
        info,
        labelled: false,
      }))
      return put({ ...state, sources: [...state.sources, ...added] })
    },
    remove: ({ volumeId }) =>
      change({ sources: world.openProject().sources.filter(source => source.volumeId !== volumeId) }),
    locate: async ({ volumeId, folder }, job) => {
      await scanning(world, [folder], job)
      const found = (id: string): boolean => world.below([folder]).some(({ info }) => info.id === id)
      return change({
        sources: world
          .openProject()
          .sources.map(source =>
            source.volumeId === volumeId && found(volumeId) ? { ...source, status: 'here', path: folder } : source,
          ),
      })
    },
    saveAs: ({ folder, name }) => {
      world.check('project.saveAs')
      return change({ folder, name, scratch: false })
    },
    setLabel: ({ label }) =>
      change({ labels: world.openProject().labels.map(known => (known.value === label.value ? label : known)) }),
    addLabel: ({ name }) => {
      const { labels } = world.openProject()
      return change({ labels: [...labels, newLabel(labels, name)] })
    },
    removeLabel: ({ value }) => change({ labels: world.openProject().labels.filter(label => label.value !== value) }),
    imageGroups: () => world.groups,
    setImageGroup: ({ group }) => {
      world.check('project.setImageGroup')
      const known = world.groups.some(({ id }) => id === group.id)
      return (world.groups = known
        ? world.groups.map(other => (other.id === group.id ? group : other))
        : [...world.groups, group])
    },
    removeImageGroup: ({ id }) => (world.groups = world.groups.filter(group => group.id !== id)),
    scratchUsage: () => ({ folder: '/home/anna/.config/Sagitta/scratch', bytes: 18_400_000, workspaces: 2 }),
    clearScratch: () => {
      if (world.project?.scratch) world.project = null
      return { bytes: 18_400_000 }
    },
  }
}
