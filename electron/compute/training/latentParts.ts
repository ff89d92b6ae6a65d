// What a run that learns codes is given, and what all its kinds share once its images are read.
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { TrainProgress } from '#common/ipc/training'
import type { ImageSplit } from '../datasets/splitImages'
import type { SessionOptions } from '../runtime/openSession'
import type { RunFolder } from './runFolder'

export interface LatentRunOptions {
  readonly config: LatentTrainConfig
  /** Headers of prepared volumes, in the order of the cases, where a source is of kind `studies`. */
  readonly headers?: readonly string[]
  readonly validationHeaders?: readonly string[]
  readonly folder: string
  /** Goes on from the folder's last checkpoint. */
  readonly resume?: boolean
  /** Bytes of weights from which on they go into a file beside the model; absent: those that one file cannot hold (2 GB). */
  readonly weightsBesideAbove?: number | undefined
  readonly signal: AbortSignal
  readonly report: (progress: TrainProgress) => void
  readonly checkpointWanted?: () => (() => void) | null
}

export interface LatentParts {
  readonly options: LatentRunOptions
  readonly folder: RunFolder
  readonly split: ImageSplit
  readonly session: SessionOptions
}
