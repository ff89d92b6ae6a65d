// Entry of the process of one training run: serves the run contract to main, which ends it with the run.
import { asSagittaError } from '#common/errors'
import { runContract } from '#common/ipc/engine'
import { onConnect, type ParentPort } from '#common/ipc/ports'
import { serve, service } from '#common/ipc/rpc'
import { runHandlers } from './engine/runHandlers'

const { parentPort } = process as typeof process & { readonly parentPort?: ParentPort }
if (!parentPort) {
  console.error('The training process is started by the app.')
  process.exit(2)
}

// A fault outside any call: files are written whole or not at all, and main tells what to do next.
process.on('uncaughtException', error => {
  console.error(`The training process met an error it did not expect: ${asSagittaError(error).message}`, error)
  process.exit(1)
})

const run = service(runContract, runHandlers())
onConnect(parentPort, (_, port) => {
  serve(port, [run])
})
