// One process per training run, yielding to everything else on the machine; it ends with its run.
import { asSagittaError } from '#common/errors'
import type { Client, JobContext, JobHandle } from '#common/ipc/contract'
import { runContract } from '#common/ipc/engine'
import type { TrainConfig, TrainProgress, TrainResult } from '#common/ipc/training'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import { follow } from '../ipc/forward'
import { exitWords } from './exitWords'
import { serviceEnv, type Paths } from './paths'
import { ServiceProcess, type Exit } from './serviceProcess'

const NICENESS = 10

export interface Run {
  config: TrainConfig
  /** Headers of the prepared cases, in the order of the config's cases. */
  headers: string[]
  /** The run's folder. */
  folder: string
  /** Goes on from the folder's last checkpoint. */
  resume?: boolean
}

export interface LatentRun {
  config: LatentTrainConfig
  /** Headers of prepared volumes, in the order of the cases of `config.dataset` and `config.validation`. */
  headers: string[]
  validationHeaders: string[]
  folder: string
  resume?: boolean
}

export class TrainingProcesses {
  private readonly running = new Set<ServiceProcess>()

  constructor(
    private readonly paths: Paths,
    private readonly onStopped: (message: string) => void,
  ) {}

  /** Rejects with `service-stopped` when the process dies; what the run folder holds by then stays. */
  train(run: Run, job: JobContext<TrainProgress>): Promise<TrainResult> {
    return this.inProcess(run.folder, job, client => client.train(run))
  }

  /** As `train`, for a run that learns codes of images. */
  learn(run: LatentRun, job: JobContext<TrainProgress>): Promise<TrainResult> {
    return this.inProcess(run.folder, job, client => client.learn(run))
  }

  private async inProcess(
    folder: string,
    job: JobContext<TrainProgress>,
    begin: (client: Client<typeof runContract>) => JobHandle<TrainProgress, TrainResult>,
  ): Promise<TrainResult> {
    const process = new ServiceProcess({
      name: 'training process',
      script: this.paths.training,
      env: serviceEnv(this.paths),
      niceness: NICENESS,
    })
    this.running.add(process)
    try {
      return await follow(begin(this.client(process)), job)
    } catch (thrown) {
      // Its port closes before the system tells how it ended.
      if (asSagittaError(thrown).code === 'service-stopped') this.tell(await process.exited, folder)
      throw thrown
    } finally {
      this.running.delete(process)
      await process.stop()
    }
  }

  private tell({ code }: Exit, folder: string): void {
    this.onStopped(
      `The training process stopped${exitWords(code)}. The best model so far and the last checkpoint are in ${folder}.`,
    )
  }

  /** Before the computer sleeps (CASES E13). A run that can't write one goes on; its last checkpoint stays. */
  async checkpointAll(): Promise<void> {
    const answers = await Promise.allSettled([...this.running].map(process => this.client(process).checkpoint({})))
    for (const answer of answers)
      if (answer.status === 'rejected') console.error('No checkpoint before sleep.', answer.reason)
  }

  private client(process: ServiceProcess): Client<typeof runContract> {
    return process.connection.client(runContract)
  }
}
