// Entry of the interactive compute process: serves the engine contract to main until it is ended.
import { join } from 'node:path'
import { asSagittaError } from '#common/errors'
import { engineContract } from '#common/ipc/engine'
import { latentEngineContract } from '#common/ipc/latent'
import { onConnect, type ParentPort } from '#common/ipc/ports'
import { serve, service } from '#common/ipc/rpc'
import { engineHandlers } from './engine/engineHandlers'
import { latentHandlers } from './latent/latentHandlers'
import { KeptReports } from './providers/keptReports'
import { TestedProviders } from './providers/tested'

const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort }
const { SAGITTA_USER_DATA: userData } = process.env
if (!parentPort || !userData) {
  console.error('The compute process is started by the app, with SAGITTA_USER_DATA set.')
  process.exit(2)
}

// A fault outside any call: files are written whole or not at all, and main tells what to do next.
process.on('uncaughtException', error => {
  console.error(`The compute process met an error it did not expect: ${asSagittaError(error).message}`, error)
  process.exit(1)
})

const providers = new TestedProviders(null, new KeptReports(join(userData, 'processors.json')))
const services = [service(engineContract, engineHandlers(providers)), service(latentEngineContract, latentHandlers())]
onConnect(parentPort, (_, port) => {
  serve(port, services)
})
