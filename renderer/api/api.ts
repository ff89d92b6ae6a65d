// What the window can ask of the other processes: one typed client per contract, handed down by Vue's provide/inject.
import { inject, type InjectionKey } from 'vue'
import type { appContract } from '#common/ipc/app'
import type { modelsContract } from '#common/ipc/compute'
import type { Client } from '#common/ipc/contract'
import type { latentContract } from '#common/ipc/latent'
import type { projectContract } from '#common/ipc/project'
import type { studyContract } from '#common/ipc/study'
import type { trainingContract } from '#common/ipc/training'
import type { voxelsContract } from '#common/ipc/voxels'
import { SagittaError } from '#common/errors'

export interface Api {
  readonly app: Client<typeof appContract>
  readonly study: Client<typeof studyContract>
  readonly project: Client<typeof projectContract>
  readonly models: Client<typeof modelsContract>
  readonly training: Client<typeof trainingContract>
  readonly latent: Client<typeof latentContract>
  /** Straight to the study service. Stays the same object when the service is restarted. */
  readonly voxels: Client<typeof voxelsContract>
  /** Absolute path of a file that was dropped on the window. */
  pathOf(file: File): string
}

export const API: InjectionKey<Api> = Symbol('api')

/** The api of the running app; inside components and stores only. */
export function useApi(): Api {
  const api = inject(API)
  if (!api) throw new SagittaError('internal', 'The window was mounted without its api.')
  return api
}
