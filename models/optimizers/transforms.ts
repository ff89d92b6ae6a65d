// The transforms optimisers are chained from: clipping, decay, momentum, Adam's moments.
import { scalar, type Value } from '../ir'
import { add, div, min, mul, pow, sqrt, sub } from '../ops'
import type { Tensors, Transform } from './transform'

/** Scales all gradients by min(1, maxNorm / norm) (Pascanu et al. 2013, arXiv:1211.5063, algorithm 1). */
export const clipByGlobalNorm = (maxNorm: number): Transform => ({
  init: () => [],
  update(gradients, { gradientNorm }) {
    // As PyTorch's clip_grad_norm_: the small number keeps a zero gradient zero.
    const factor = min(scalar(1), div(scalar(maxNorm), add(gradientNorm, scalar(1e-6))))
    return {
      updates: new Map([...gradients].map(([name, gradient]) => [name, mul(gradient, factor)])),
      slots: NO_SLOTS,
    }
  },
})

/** Adds decay * parameter to the update: an L2 penalty before the moments, decoupled decay after them. */
export const addDecay = (decay: number): Transform => ({
  init: () => [],
  update(updates, { parameters, trained }) {
    const decayed = trained
      .filter(({ decays }) => decays)
      .map(({ name }) => [name, add(updates.get(name)!, mul(parameters.get(name)!, scalar(decay)))] as const)
    return { updates: new Map([...updates, ...decayed]), slots: NO_SLOTS }
  },
})

/** v = momentum v + g; the update is v, or g + momentum v with Nesterov (Sutskever et al. 2013, as PyTorch writes it). */
export const momentum = (factor: number, nesterov: boolean): Transform => ({
  init: parameters => parameters.map(({ name, shape }) => ({ name: slotName('momentum', name), shape, start: 'zero' })),
  update(gradients, { slot }) {
    const [updates, slots] = [new Map<string, Value>(), new Map<string, Value>()]
    for (const [name, gradient] of gradients) {
      const velocity = add(mul(slot(slotName('momentum', name)), scalar(factor)), gradient)
      slots.set(slotName('momentum', name), velocity)
      updates.set(name, nesterov ? add(gradient, mul(velocity, scalar(factor))) : velocity)
    }
    return { updates, slots }
  },
})

/**
 * Adam's direction m^ / (sqrt(v^) + epsilon) (Kingma & Ba 2014, arXiv:1412.6980, algorithm 1). Kept are the discounted sums
 * M = beta1 M + g and V = beta2 V + g^2, of which Adam's moments are m = (1 - beta1) M and v = (1 - beta2) V. With the bias corrections c1, c2
 * and r = sqrt((1 - beta2) / c2) the direction is M / (sqrt(V) + epsilon / r), times (1 - beta1) / (c1 r), which is left to the learning
 * rate: three passes over each tensor fewer than the algorithm as printed.
 */
export const adamDirection = (beta1: number, beta2: number, epsilon: number): Transform => ({
  init: parameters =>
    parameters.flatMap(({ name, shape }) => [
      { name: slotName('gradients', name), shape, start: 'zero' },
      { name: slotName('squares', name), shape, start: 'zero' },
    ]),
  update(gradients, { step, slot }) {
    const steps = add(step, scalar(1))
    const correction = (beta: number) => sub(scalar(1), pow(scalar(beta), steps))
    const root = sqrt(div(remainder(beta2), correction(beta2)))
    const offset = div(scalar(epsilon), root)
    const [updates, slots] = [new Map<string, Value>(), new Map<string, Value>()]
    for (const [name, gradient] of gradients) {
      const sum = add(mul(slot(slotName('gradients', name)), scalar(beta1)), gradient)
      const squares = add(mul(slot(slotName('squares', name)), scalar(beta2)), mul(gradient, gradient))
      slots.set(slotName('gradients', name), sum).set(slotName('squares', name), squares)
      updates.set(name, div(sum, add(sqrt(squares), offset)))
    }
    return { updates, slots, factor: div(remainder(beta1), mul(correction(beta1), root)) }
  },
})

/**
 * 1 - beta of the beta that float32 holds: with 0.999 the rounding would shift the moment by 1.3e-5 against its bias
 * correction, which can only be computed from the rounded one.
 */
const remainder = (beta: number): Value => scalar(1 - Math.fround(beta))

const NO_SLOTS: Tensors = new Map()

const slotName = (kind: string, parameter: string) => `optimizer.${kind}.${parameter}`
