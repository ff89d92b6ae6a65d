// The window's api over invented processes in the same page: real contracts, real checks of what is sent, no files, no models.
import { appContract } from '#common/ipc/app'
import { modelsContract } from '#common/ipc/compute'
import { latentContract } from '#common/ipc/latent'
import { projectContract } from '#common/ipc/project'
import { Connection, emitters, serve, service } from '#common/ipc/rpc'
import { studyContract } from '#common/ipc/study'
import { trainingContract } from '#common/ipc/training'
import { voxelsContract } from '#common/ipc/voxels'
import type { Api } from '../api'
import { modelsHandlers, trainingHandlers } from './compute'
import { latentHandlers } from './latent'
import { latentTrainingHandlers } from './latentTraining'
import { appHandlers, projectHandlers, studyHandlers } from './files'
import { portPair } from './ports'
import { voxelHandlers } from './voxels'
import { FakeWorld, type FakeOptions } from './world'

export { fakeRow } from './compute'
export { latentModel } from './latent'
export { fakeClassRow, fakeCodeRow } from './latentTraining'
export { FAKE_LABELS } from './phantom'
export { SAMPLE_FOLDER, type FakeWorld } from './world'

/** @returns the api, and the world behind it for a test to set up and look into; `tell` sends events of the app. */
export function createFakeApi(options: FakeOptions = {}) {
  const world = new FakeWorld(options)
  const [page, processes] = portPair()
  const send: { emit: (channel: string, value: unknown) => void } = { emit: () => undefined }
  const emit = (channel: string, value: unknown): void => send.emit(channel, value)
  const projectEvents = emitters(projectContract, emit)
  const voxelEvents = emitters(voxelsContract, emit)
  const trainingEvents = emitters(trainingContract, emit)

  const labelled = (volumeId: string): void => {
    const state = world.project
    if (!state || state.sources.find(source => source.volumeId === volumeId)?.labelled !== false) return
    const sources = state.sources.map(source => (source.volumeId === volumeId ? { ...source, labelled: true } : source))
    world.project = { ...state, sources }
    projectEvents.changed(world.project)
  }
  const served = serve(processes, [
    service(appContract, appHandlers(world)),
    service(studyContract, studyHandlers(world)),
    service(projectContract, projectHandlers(world, projectEvents.changed)),
    service(modelsContract, modelsHandlers(world)),
    service(latentContract, {
      ...latentHandlers(world),
      ...latentTrainingHandlers(world, () => trainingEvents.runsChanged({})),
    }),
    service(
      trainingContract,
      trainingHandlers(world, () => trainingEvents.runsChanged({})),
    ),
    service(
      voxelsContract,
      voxelHandlers(world, { changed: volumeId => voxelEvents.labelsChanged({ volumeId }), labelled }),
    ),
  ])
  send.emit = served.emit

  const connection = new Connection(page, 'The fake')
  const api: Api = {
    app: connection.client(appContract),
    study: connection.client(studyContract),
    project: connection.client(projectContract),
    models: connection.client(modelsContract),
    training: connection.client(trainingContract),
    latent: connection.client(latentContract),
    voxels: connection.client(voxelsContract),
    pathOf: file => `/dropped/${file.name}`,
  }
  return { api, world, tell: emitters(appContract, emit) }
}
