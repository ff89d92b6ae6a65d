// The study service as an Electron utility process: answers every port that main hands it ('control' for main itself, 'voxels' for a window).
import { join } from 'node:path'
import { asSagittaError } from '#common/errors'
import { onConnect, type ParentPort } from '#common/ipc/ports'
import { settingsOf } from './service/settings'
import { studyServices } from './service/services'
import { StudyService } from './service/studyService'

const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort }
const { SAGITTA_USER_DATA: userData, SAGITTA_SAMPLE: sampleRoot } = process.env
if (!parentPort || !userData || !sampleRoot) {
  console.error('The study process is started by the app, with SAGITTA_USER_DATA and SAGITTA_SAMPLE set.')
  process.exit(2)
}

// A fault outside any call: nothing acknowledged is lost, and main starts the service again.
process.on('uncaughtException', error => {
  console.error(`The study service met an error it did not expect: ${asSagittaError(error).message}`, error)
  process.exit(1)
})

const settings = settingsOf(userData)
const study = new StudyService({
  scratchRoot: join(userData, 'scratch'),
  sampleRoot,
  cacheRoot: join(userData, 'cache'),
  who: () => settings().person,
  memoryLimitBytes: () => settings().volumeBytes,
})
const services = studyServices(study)
onConnect(parentPort, (to, port) => study.connect(port, to === 'voxels' ? services.voxels : services.control))
