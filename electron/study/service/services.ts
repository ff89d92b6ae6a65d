// Which contracts the study service serves on which port.
import { join } from 'node:path'
import { adoptContract, agreementContract } from '#common/ipc/engine'
import { prepareContract } from '#common/ipc/prepare'
import { projectContract } from '#common/ipc/project'
import { service, type Service } from '#common/ipc/rpc'
import { studyContract } from '#common/ipc/study'
import { voxelsContract } from '#common/ipc/voxels'
import { CACHE_FOLDER } from '#common/project/layout'
import { prepareHandlers } from '../prepare/handlers'
import { adoptHandlers } from './adoptHandlers'
import { agreementHandlers } from './agreementHandlers'
import { projectHandlers } from './projectHandlers'
import { studyHandlers } from './studyHandlers'
import type { StudyService } from './studyService'
import { voxelsHandlers } from './voxelsHandlers'

export interface StudyServices {
  /** For main: everything. */
  readonly control: readonly Service[]
  /** For a window's direct port. */
  readonly voxels: readonly Service[]
}

export function studyServices(study: StudyService): StudyServices {
  const voxels = service(voxelsContract, voxelsHandlers(study))
  const prepare = prepareHandlers({
    load: (volumeId, signal) => study.load(volumeId, { signal }),
    // Copies: strokes may go on while cases are prepared.
    labels: volumeId => study.withLabels(volumeId, map => ({ values: map.values.slice(), states: [...map.states] })),
    cacheFolder: () => (study.session ? join(study.session.folder, CACHE_FOLDER) : study.options.cacheRoot),
  })
  return {
    voxels: [voxels],
    control: [
      voxels,
      service(studyContract, studyHandlers(study)),
      service(projectContract, projectHandlers(study)),
      service(prepareContract, prepare),
      service(adoptContract, adoptHandlers(study)),
      service(agreementContract, agreementHandlers(study)),
    ],
  }
}
