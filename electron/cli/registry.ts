// Every command there is, in the order of the help. A new one is a file in commands/ and a line here.
import type { Command } from './command'
import { demo } from './commands/demo'
import { evaluate } from './commands/evaluate'
import { exportCommand } from './commands/export'
import { inspect } from './commands/inspect'
import { labelsConvert, labelsMeasure } from './commands/labels'
import { latentAnomaly } from './commands/latent/anomaly'
import { latentClassify } from './commands/latent/classify'
import {
  latentDecode,
  latentInterpolate,
  latentPlane,
  latentSample,
  latentSum,
  latentTraverse,
} from './commands/latent/draw'
import { latentEncode, latentFields, latentMap, latentMeasure, latentNeighbours } from './commands/latent/look'
import { model, modelImport } from './commands/model'
import { pixels } from './commands/pixels'
import { projectAdd, projectCheck, projectNew, projectStatus } from './commands/project'
import { providers } from './commands/providers'
import { resample } from './commands/resample'
import { sample } from './commands/sample'
import { segmentCommand } from './commands/segment'
import { train } from './commands/train'

export const COMMANDS: readonly Command[] = [
  inspect,
  pixels,
  exportCommand,
  resample,
  labelsConvert,
  labelsMeasure,
  sample,
  demo,
  train,
  segmentCommand,
  evaluate,
  latentEncode,
  latentDecode,
  latentSample,
  latentTraverse,
  latentPlane,
  latentInterpolate,
  latentSum,
  latentMap,
  latentNeighbours,
  latentFields,
  latentMeasure,
  latentAnomaly,
  latentClassify,
  model,
  modelImport,
  providers,
  projectNew,
  projectAdd,
  projectStatus,
  projectCheck,
]
