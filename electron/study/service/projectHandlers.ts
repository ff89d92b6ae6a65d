// The project contract: open, save and close, sources, the label table, groups of images, scratch workspaces.
import { basename, resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import type { Handlers } from '#common/ipc/contract'
import type { projectContract, ProjectState } from '#common/ipc/project'
import { saveAs } from '../project/saveAs'
import { clearScratch, scratchUsage } from '../project/scratch'
import { ProjectSession } from '../project/session'
import { placeOf } from './catalog'
import { heeding } from './heeding'
import { locate } from './locate'
import type { StudyService } from './studyService'

export const projectHandlers = (study: StudyService): Handlers<typeof projectContract> => ({
  current: async () => (study.session ? study.session.state() : null),

  create: ({ folder, name }) => study.switchTo(options => ProjectSession.create(folder, name, false, options)),

  open: ({ folder }) =>
    study.switchTo(async (options, current) =>
      current && current.folder === resolve(folder) ? current : ProjectSession.open(folder, options),
    ),

  close: async () => {
    await study.closeProject()
    return {}
  },

  add: async ({ paths }, job) => {
    const { inspection, sources } = await study.scan(paths, heeding(job))
    if (sources.size === 0) throw noImages(paths, inspection.files.skipped)
    await study.ensureProject(basename(paths[0]!) || 'Scan')
    return study.inProject(async session => {
      await session.addSources([...sources.values()].map(source => ({ info: source.info, place: placeOf(source) })))
      return session.state()
    })
  },

  remove: ({ volumeId }) => changed(study, session => session.removeSource(volumeId)),

  locate: ({ volumeId, folder }, job) =>
    changed(study, session => locate(study.catalog, session, volumeId, folder, heeding(job))),

  saveAs: ({ folder, name }) => study.switchTo((options, current) => saveAs(current, folder, name, options)),

  setLabel: ({ label }) => changed(study, session => session.setLabel(label)),

  addLabel: ({ name }) => changed(study, session => session.addLabel(name)),

  removeLabel: ({ value }) =>
    changed(study, async session => {
      for (const volumeId of await session.removeLabel(value)) study.tellLabelsChanged(volumeId)
    }),

  imageGroups: () => study.inProject(session => session.imageGroups()),

  setImageGroup: ({ group }) => study.inProject(session => session.setImageGroup(group)),

  removeImageGroup: ({ id }) => study.inProject(session => session.removeImageGroup(id)),

  scratchUsage: () => scratchUsage(study.options.scratchRoot),

  clearScratch: async () => ({
    bytes: await clearScratch(study.options.scratchRoot, study.session?.folder ?? null),
  }),
})

const changed = (study: StudyService, work: (session: ProjectSession) => Promise<void>): Promise<ProjectState> =>
  study.inProject(async session => {
    await work(session)
    return session.state()
  })

/** Says what was there instead: the commonest reason first. */
function noImages(paths: readonly string[], skipped: readonly { path: string; reason: string }[]): SagittaError {
  const where = paths.join(', ')
  const [first] = skipped
  const found = first
    ? `${skipped.length} ${skipped.length === 1 ? 'file was' : 'files were'} looked at, for example ${first.path}: ${first.reason}.`
    : 'It has no files.'
  return new SagittaError(
    'no-images',
    `${where} holds no images that can be opened. ${found} Choose the folder that holds the DICOM or NIfTI files.`,
    { paths: [...paths], skipped: skipped.slice(0, 20) },
  )
}
