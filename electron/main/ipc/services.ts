// Everything the page can ask for over its pipe to main: each contract with the handlers that fulfil it.
import { appContract } from '#common/ipc/app'
import { modelsContract } from '#common/ipc/compute'
import type { Handlers } from '#common/ipc/contract'
import { latentContract } from '#common/ipc/latent'
import { projectContract } from '#common/ipc/project'
import { service, type Service } from '#common/ipc/rpc'
import { studyContract } from '#common/ipc/study'
import { trainingContract } from '#common/ipc/training'

export interface PageHandlers {
  app: Handlers<typeof appContract>
  study: Handlers<typeof studyContract>
  project: Handlers<typeof projectContract>
  models: Handlers<typeof modelsContract>
  training: Handlers<typeof trainingContract>
  latent: Handlers<typeof latentContract>
}

export const pageServices = (handlers: PageHandlers): Service[] => [
  service(appContract, handlers.app),
  service(studyContract, handlers.study),
  service(projectContract, handlers.project),
  service(modelsContract, handlers.models),
  service(trainingContract, handlers.training),
  service(latentContract, handlers.latent),
]
