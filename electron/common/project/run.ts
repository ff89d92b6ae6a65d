// runs/<id>/: the files of a training run, and the small one that says how it stands.
import { z } from 'zod'
import { RUN_TASKS } from '../ipc/project'

export const RUN_CONFIG = 'config.json'
export const RUN_METRICS = 'metrics.jsonl'
export const RUN_MODEL = 'model.onnx'
export const RUN_CARD = 'card.json'
export const RUN_CHECKPOINTS = 'checkpoint'
/** What the run learns from, as it was at the start: a resumed run must find the same. */
export const RUN_INPUTS = 'inputs.json'
export const LAST_CHECKPOINT = 'last.ckpt'
/** Replaced as a whole at the start, when the best model changes, and at the end. */
export const RUN_STATE = 'state.json'

/** What every run's config says, whatever it trains. */
export const runHeadSchema = z.object({
  name: z.string().default(''),
  task: z.enum(RUN_TASKS).default('unet'),
  epochs: z.number().int().positive(),
})

/** What the config of layerwise training says besides. */
export const layerwiseHeadSchema = z.object({
  model: z.object({ widths: z.array(z.number().int().positive()) }),
  layerwise: z.object({ epochs: z.number().int().positive() }),
})

export const runInputsSchema = z.object({
  version: z.literal(1),
  /**
   * In the order of the config's cases. Of a run that segments: keys of the prepared cases (hashes of image, labels, slice states,
   * preprocessing and class list). Of one that learns codes: hashes of each volume's images; of other sources one for all.
   */
  keys: z.array(z.string()),
})

export const runStateSchema = z.object({
  version: z.literal(1),
  /** A run whose process is gone while this says `running` was interrupted. */
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  /** Process that trains (or trained) it, and when that began as far as the system says (electron/study: processStart). */
  pid: z.number().int(),
  createdAt: z.string(),
  /** Why it ended, for people; null when it went as planned. */
  message: z.string().nullable(),
})
export type RunState = z.infer<typeof runStateSchema>
