// `sagitta project new|add|status|check DIR`: make a project folder, add images, say what is in it, check that it is whole.
import { tmpdir, userInfo } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import type { ProjectState } from '#common/ipc/project'
import { checkProject, projectHandlers, StudyService, surveyProject, type ProjectSurvey } from '#study/index'
import { readArguments, type Command, type CommandIo } from '../command'
import { table } from '../table'

export const projectNew: Command = {
  name: 'project new',
  usage: `project new DIR [--name NAME]
  Makes an empty project folder.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['DIR'], { name: { type: 'string' } })
    const folder = resolve(positionals[0]!)
    return withProjects(async project => {
      const state = await project.create({ folder, name: values.name ?? basename(folder) })
      print(state, io)
      return state
    })
  },
}

export const projectAdd: Command = {
  name: 'project add',
  usage: `project add DIR PATH...
  Adds the images under the paths to a project.`,

  async run(argv, io) {
    const { positionals } = readArguments(argv, ['DIR', 'PATH...'], {})
    const [folder, ...paths] = positionals
    return withProjects(async project => {
      await project.open({ folder: folder! })
      const state = await project.add({ paths: paths.map(path => resolve(path)) }, scanJob(io))
      print(state, io)
      return state
    })
  },
}

export const projectStatus: Command = {
  name: 'project status',
  usage: `project status DIR
  Sources, labels, completed slices and runs of a project, also while it is open in the app.`,

  async run(argv, io) {
    const { positionals } = readArguments(argv, ['DIR'], {})
    const survey = await surveyProject(positionals[0]!)
    print(survey, io)
    return survey
  },
}

export const projectCheck: Command = {
  name: 'project check',
  usage: `project check DIR
  Reads everything in a project, replays its journals and looks for its images; writes nothing.`,

  async run(argv, io) {
    const { positionals } = readArguments(argv, ['DIR'], {})
    const folder = resolve(positionals[0]!)
    const { problems, notes, checked } = await checkProject(folder, {
      signal: io.signal,
      onProgress: ({ filesSeen }) => io.progress(`Looking at images: ${filesSeen} files`),
    })
    if (problems.length > 0)
      throw new SagittaError(
        'project-corrupt',
        `${folder} is damaged: ${problems.map(({ message }) => message).join(' ')}`,
        { folder, problems, notes },
      )
    const { sources, labelMaps, edits, runs } = checked
    io.print(`${folder} is whole: ${sources} sources, ${labelMaps} label maps with ${edits} edits, ${runs} runs.`)
    for (const { message } of notes) io.print(message)
    return { ok: true, folder, checked, notes }
  },
}

/** Opens projects in this process, one at a time, and closes the last. */
async function withProjects<T>(work: (project: ReturnType<typeof projectHandlers>) => Promise<T>): Promise<T> {
  const apart = join(tmpdir(), 'sagitta-cli')
  const study = new StudyService({
    scratchRoot: join(apart, 'scratch'),
    sampleRoot: join(apart, 'sample'),
    cacheRoot: join(apart, 'cache'),
    who: () => userInfo().username,
    memoryLimitBytes: () => Infinity,
  })
  try {
    return await work(projectHandlers(study))
  } finally {
    await study.closeProject()
  }
}

const scanJob = (io: CommandIo) => ({
  signal: io.signal,
  progress: ({ filesSeen }: { filesSeen: number }) => io.progress(`Scanning: ${filesSeen} files`),
})

function print({ folder, name, labels, sources, runs, warnings }: ProjectState | ProjectSurvey, io: CommandIo): void {
  io.print(`${name} in ${folder}`)
  io.print(`${labels.length} labels: ${labels.map(label => `${label.value} ${label.name}`).join(', ')}`)
  const rows = sources.map(source => [
    source.volumeId,
    source.info.patientId || '-',
    source.info.description || '-',
    source.info.size.join(' x '),
    source.status,
    'labels' in source && source.labels
      ? `${source.labels.edits} edits, ${source.labels.states.complete} complete`
      : '-',
  ])
  io.print(
    rows.length > 0
      ? table(['volume', 'patient', 'description', 'voxels', 'images', 'labels'], rows)
      : 'No images yet.',
  )
  for (const run of runs) io.print(`run ${run.id}: ${run.state}, epoch ${run.epochs.done} of ${run.epochs.of}`)
  for (const { message } of warnings) io.print(message)
}
