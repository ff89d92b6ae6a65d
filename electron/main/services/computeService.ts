// The interactive compute process as main sees it: started when first needed, restarted when it dies.
import type { Client } from '#common/ipc/contract'
import { engineContract } from '#common/ipc/engine'
import { latentEngineContract } from '#common/ipc/latent'
import { exitWords } from './exitWords'
import { serviceEnv, type Paths } from './paths'
import { ServiceProcess } from './serviceProcess'
import { Supervisor } from './supervisor'

export class ComputeService {
  private readonly supervisor: Supervisor<ServiceProcess>

  constructor(paths: Paths, onStopped: (message: string, restarted: boolean) => void) {
    this.supervisor = new Supervisor({
      start: () => new ServiceProcess({ name: 'compute service', script: paths.compute, env: serviceEnv(paths) }),
      onCrash: ({ code, restarted }) =>
        onStopped(
          `The compute service stopped${exitWords(code)}${restarted ? ' and was restarted' : ' and keeps stopping'}. ` +
            'Scans and labels are untouched; start the last step again.',
          restarted,
        ),
    })
  }

  get engine(): Client<typeof engineContract> {
    return this.supervisor.get().connection.client(engineContract)
  }

  get latent(): Client<typeof latentEngineContract> {
    return this.supervisor.get().connection.client(latentEngineContract)
  }

  retire(): void {
    this.supervisor.retire()
  }

  stop(): Promise<void> {
    return this.supervisor.stop()
  }
}
