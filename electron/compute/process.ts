// Entry of the interactive compute process: serves the engine contract to main until it is ended.
import { asSagittaError } from '#common/errors'
import { engineContract } from '#common/ipc/engine'
import { latentEngineContract } from '#common/ipc/latent'
import { onConnect, type ParentPort } from '#common/ipc/ports'
import { serve, service } from '#common/ipc/rpc'
import { engineHandlers } from './engine/engineHandlers'
import { latentHandlers } from './latent/latentHandlers'

const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort }
if (!parentPort) {
  console.error('The compute process is started by the app.')
  process.exit(2)
}

// A fault outside any call: files are written whole or not at all, and main tells what to do next.
process.on('uncaughtException', error => {
  console.error(`The compute process met an error it did not expect: ${asSagittaError(error).message}`, error)
  process.exit(1)
})

const services = [service(engineContract, engineHandlers()), service(latentEngineContract, latentHandlers())]
onConnect(parentPort, (_, port) => {
  serve(port, services)
})
