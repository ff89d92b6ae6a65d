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
 * Adam's direction m^ / (sqrt(v^) + epsilon) (Kingma & Ba 2014, arXiv:1412.6980, algorithm 1). The bias corrections are
 * moved into scalars, m (sqrt(c2) / c1) / (sqrt(v) + epsilon sqrt(c2)), which saves two passes over each tensor.
 */
export const adamDirection = (beta1: number, beta2: number, epsilon: number): Transform => ({
  init: parameters =>
    parameters.flatMap(({ name, shape }) => [
      { name: slotName('m', name), shape, start: 'zero' },
      { name: slotName('v', name), shape, start: 'zero' },
    ]),
  update(gradients, { step, slot }) {
    const steps = add(step, scalar(1))
    const correction = (beta: number) => sub(scalar(1), pow(scalar(beta), steps))
    const root = sqrt(correction(beta2))
    const scale = div(root, correction(beta1))
    const offset = mul(root, scalar(epsilon))
    const [updates, slots] = [new Map<string, Value>(), new Map<string, Value>()]
    for (const [name, gradient] of gradients) {
      const m = add(mul(slot(slotName('m', name)), scalar(beta1)), mul(gradient, remainder(beta1)))
      const v = add(mul(slot(slotName('v', name)), scalar(beta2)), mul(mul(gradient, gradient), remainder(beta2)))
      slots.set(slotName('m', name), m).set(slotName('v', name), v)
      updates.set(name, mul(div(m, add(sqrt(v), offset)), scale))
    }
    return { updates, slots }
  },
})

/**
 * 1 - beta of the beta that float32 holds: with 0.999 the rounding would shift the moment by 1.3e-5 against its bias
 * correction, which can only be computed from the rounded one.
 */
const remainder = (beta: number): Value => scalar(1 - Math.fround(beta))

const NO_SLOTS: Tensors = new Map()

const slotName = (kind: string, parameter: string) => `optimizer.${kind}.${parameter}`
