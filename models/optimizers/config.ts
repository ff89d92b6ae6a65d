// How parameters are updated: the choices, their limits and their defaults.
import { z } from 'zod'

const rate = z.number().positive().max(1e6)
const decayRate = z.number().min(0).lt(1)
const stepCount = z.int().min(0).max(16_000_000)

/** The learning rate over the steps; `totalSteps` is where a decay ends (further steps stay at the end value). */
export const scheduleSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('constant'), warmupSteps: stepCount.default(0) }),
    z.strictObject({
      kind: z.literal('polynomial'),
      power: z.number().positive().max(10).default(0.9),
      totalSteps: stepCount.min(1),
      warmupSteps: stepCount.default(0),
    }),
    z.strictObject({
      kind: z.literal('cosine'),
      /** Share of the learning rate that is left at the end. */
      floor: z.number().min(0).max(1).default(0),
      totalSteps: stepCount.min(1),
      warmupSteps: stepCount.default(0),
    }),
  ])
  .check(context => {
    const schedule = context.value
    if (schedule.kind !== 'constant' && schedule.warmupSteps >= schedule.totalSteps)
      context.issues.push({
        code: 'custom',
        input: schedule,
        path: ['warmupSteps'],
        message: `The warm-up (${schedule.warmupSteps} steps) must end before the schedule does (${schedule.totalSteps} steps).`,
      })
  })
export type ScheduleConfig = z.infer<typeof scheduleSchema>

const shared = {
  schedule: scheduleSchema.default({ kind: 'constant', warmupSteps: 0 }),
  /** Largest global gradient norm; longer gradients are scaled down to it. null never clips. */
  clipNorm: rate.nullable().default(null),
  /** Decay of an exponential moving average of the parameters, kept beside them. null keeps none. */
  averageDecay: decayRate.nullable().default(null),
}

const adamShared = {
  ...shared,
  learningRate: rate.default(1e-3),
  beta1: decayRate.default(0.9),
  beta2: decayRate.default(0.999),
  epsilon: z.number().positive().max(1).default(1e-8),
}

export const optimizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sgd'),
    ...shared,
    learningRate: rate.default(1e-2),
    momentum: decayRate.default(0),
    nesterov: z.boolean().default(false),
    /** L2 penalty, added to the gradient. */
    weightDecay: z.number().min(0).max(1).default(0),
  }),
  z.strictObject({
    kind: z.literal('adam'),
    ...adamShared,
    /** L2 penalty, added to the gradient. */ weightDecay: z.number().min(0).max(1).default(0),
  }),
  z.strictObject({
    kind: z.literal('adamW'),
    ...adamShared,
    /** Decoupled decay. */ weightDecay: z.number().min(0).max(1).default(1e-2),
  }),
])

export type OptimizerConfig = z.infer<typeof optimizerSchema>
export type OptimizerInput = z.input<typeof optimizerSchema>
