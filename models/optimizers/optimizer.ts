// An optimiser from its config: clip, decay, direction, learning rate, and the moving average of the weights.
export type { Slot, Trained } from './transform'
import { scalar, type Value } from '../ir'
import { add, mul, reduceSum, sqrt, sub } from '../ops'
import type { OptimizerConfig } from './config'
import { scheduleFactorGraph } from './scheduleGraph'
import { chain, type Slot, type Tensors, type Trained, type Transform } from './transform'
import { adamDirection, addDecay, clipByGlobalNorm, momentum } from './transforms'

/** The step counter's slot: a float32 scalar, the number of completed steps. */
export const STEP = 'optimizer.step'

/** The slot of a parameter's moving average. */
export const averageOf = (parameter: string) => `average.${parameter}`

export interface Stepped {
  /** New parameter values by name. */
  readonly parameters: Tensors
  /** New slot values by name. */
  readonly slots: Tensors
  /** Scalars of this step; the norm is the one before clipping. */
  readonly learningRate: Value
  readonly gradientNorm: Value
}

export interface Optimizer {
  init(parameters: readonly Trained[]): readonly Slot[]
  /** Builds one step: all tensors by parameter name, slots by slot name. */
  update(trained: readonly Trained[], parameters: Tensors, gradients: Tensors, slot: (name: string) => Value): Stepped
}

/**
 * SGD with (Nesterov) momentum, Adam (Kingma & Ba 2015, arXiv:1412.6980) or AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101), as PyTorch defines
 * them: gradients clipped by their global norm first, then decay, direction, learning rate, and the average of the weights.
 */
export function createOptimizer(config: OptimizerConfig): Optimizer {
  const direction = directionOf(config)
  const { averageDecay } = config
  return {
    init: parameters => [
      { name: STEP, shape: [], start: 'zero' },
      ...direction.init(parameters),
      ...(averageDecay === null
        ? []
        : parameters.map(({ name, shape }): Slot => ({ name: averageOf(name), shape, start: { copyOf: name } }))),
    ],
    update(trained, parameters, gradients, slot) {
      const step = slot(STEP)
      const gradientNorm = globalNorm([...gradients.values()])
      const learningRate = mul(scheduleFactorGraph(config.schedule, step), scalar(config.learningRate))
      const { updates, slots, factor } = direction.update(gradients, { parameters, trained, step, gradientNorm, slot })
      const rate = factor ? mul(learningRate, factor) : learningRate
      const next = new Map([...parameters].map(([name, value]) => [name, sub(value, mul(updates.get(name)!, rate))]))
      const kept = new Map(slots).set(STEP, add(step, scalar(1)))
      if (averageDecay !== null)
        for (const [name, value] of next) {
          const average = slot(averageOf(name))
          kept.set(averageOf(name), add(average, mul(sub(value, average), scalar(1 - averageDecay))))
        }
      return { parameters: next, slots: kept, learningRate, gradientNorm }
    },
  }
}

function directionOf(config: OptimizerConfig): Transform {
  const clip = config.clipNorm === null ? [] : [clipByGlobalNorm(config.clipNorm)]
  const decay = config.weightDecay === 0 ? [] : [addDecay(config.weightDecay)]
  switch (config.kind) {
    case 'sgd':
      return chain(...clip, ...decay, ...(config.momentum === 0 ? [] : [momentum(config.momentum, config.nesterov)]))
    case 'adam':
      return chain(...clip, ...decay, adamDirection(config.beta1, config.beta2, config.epsilon))
    case 'adamW':
      return chain(...clip, adamDirection(config.beta1, config.beta2, config.epsilon), ...decay)
  }
}

/** The L2 norm of all tensors together, a scalar. */
export const globalNorm = (tensors: readonly Value[]): Value => sqrt(tensors.map(t => reduceSum(mul(t, t))).reduce(add))
