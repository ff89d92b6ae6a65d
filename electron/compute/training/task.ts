// What the training loop needs of the thing that is trained; a segmentation network, an autoencoder, a VAE, a classifier.
import type { MetricsRow } from '#common/ipc/training'
import type { Feeds } from '../runtime/feeds'
import type { StateTensors } from '../runtime/stateTensors'

export interface TaskBatch {
  readonly feeds: Feeds
  /** Where the batch's samples came from, for the message when a loss is not finite. */
  readonly sources: readonly {
    readonly caseId: string
    /** null: the case is one image. */ readonly slice: number | null
  }[]
}

export interface Validation {
  readonly loss: number
  /** By label value; null where the label was neither there nor predicted (CASES T01). */
  readonly dice: Readonly<Record<string, number | null>>
  readonly meanDice: number | null
  /** Nothing but background was predicted. */
  readonly allBackground: boolean
  /** The units of a VAE's code say less than `COLLAPSED_NATS` each, on average (CASES T11). */
  readonly collapsed?: boolean
  /** Go into the row as they are. */
  readonly terms?: Readonly<Record<string, number>>
  readonly units?: readonly number[]
  readonly confusion?: MetricsRow['validation']['confusion']
}

export interface TrainingTask {
  /** The batch of a step, counted from 0; the same for the same step. */
  batch(step: number): TaskBatch
  validate(state: StateTensors): Promise<Validation>
  /** Writes the model as it is now: it is the best so far. */
  keep(state: StateTensors, row: MetricsRow): Promise<void>
  /** What changes in the state between epochs (1, 2, ...), after one was judged and perhaps kept. */
  afterEpoch?(state: StateTensors, epoch: number): Promise<void>
}
