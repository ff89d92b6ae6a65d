// Every contract there is; routers, bridges and their tests walk this list.
import { appContract } from './app'
import { modelsContract } from './compute'
import { latentContract } from './latent'
import { projectContract } from './project'
import { studyContract } from './study'
import { trainingContract } from './training'
import { voxelsContract } from './voxels'

export const CONTRACTS = [
  appContract,
  studyContract,
  voxelsContract,
  projectContract,
  modelsContract,
  trainingContract,
  latentContract,
] as const
