// A compute process beside the interactive one, for inference that nobody waits at: sessions block their process, and decoding must stay live.
import type { Client } from '#common/ipc/contract'
import { engineContract } from '#common/ipc/engine'
import { serviceEnv, type Paths } from './paths'
import { ServiceProcess } from './serviceProcess'

const NICENESS = 10

/** Starts one that yields to everything else on the machine; it ends with its work. Rejects with `service-stopped` when the process dies. */
export async function inBackground<T>(
  paths: Paths,
  work: (engine: Client<typeof engineContract>) => Promise<T>,
): Promise<T> {
  const process = new ServiceProcess({
    name: 'comparison process',
    script: paths.compute,
    env: serviceEnv(paths),
    niceness: NICENESS,
  })
  try {
    return await work(process.connection.client(engineContract))
  } finally {
    await process.stop()
  }
}
