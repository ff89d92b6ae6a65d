// Layerwise training: a stack as a row of one-layer autoencoders, each trained on the codes of the one before.
import { reachOf, type DenseAutoencoderConfig } from '../architectures/autoencoderConfig'
import { isPruned, layerShares, stackSizes } from '../architectures/connections'
import { ModelError } from '../errors'
import type { StateValues } from './types'

/** One layer of the stack as an autoencoder of its own. */
export interface Stage {
  readonly layer: number
  /** Takes the images (layer 0) or the codes [N, units] of the layer before. */
  readonly model: DenseAutoencoderConfig
}

/**
 * The stages of greedy layerwise training (Bengio et al. 2007; Hinton & Salakhutdinov 2006): train stage 0 on the data,
 * encode the data, train stage 1 on the codes, and so on. `stackStages` puts them together for fine-tuning.
 */
export function layerwiseStages(stack: DenseAutoencoderConfig): readonly Stage[] {
  const shares = layerShares(stackSizes(stack), stack.connections)
  return stack.widths.map((units, layer) => {
    const last = layer === stack.widths.length - 1
    const own = {
      ...{ ...stack, widths: [units], codeActivation: last ? stack.codeActivation : stack.activation },
      // Pruning waits for the whole: what a layer needs is not known before.
      ...{ connections: isPruned(stack) ? 1 : shares[layer]! },
    }
    if (layer === 0) return { layer, model: own }
    // What a deeper decoder layer gives back is the activation of the layer above it.
    return {
      layer,
      model: {
        ...own,
        shape: [stack.widths[layer - 1]!],
        outputActivation: stack.activation,
        dataRange: reachOf(stack.activation),
      },
    }
  })
}

/**
 * The stack's state with the layers of trained stages in their places; everything else (optimiser, step, layers whose
 * stage has not been trained) as in `initial`.
 * @param trained states of the stages, layer 0 first
 * @param initial a state of the whole stack
 */
export function stackStages(trained: readonly StateValues[], initial: StateValues): StateValues {
  const state = new Map(initial)
  trained.forEach((stage, layer) => {
    for (const [name, value] of stage) {
      const place = /^(encoder|decoder)\.0\.(.+)$/.exec(name)
      if (place) copyInto(state, `${place[1]}.${layer}.${place[2]}`, value)
    }
  })
  // Moving averages start from the weights they average.
  for (const name of initial.keys()) {
    const parameter = name.startsWith('average.') ? state.get(name.slice('average.'.length)) : undefined
    if (parameter) state.set(name, parameter.slice())
  }
  return state
}

function copyInto(state: Map<string, Float32Array>, name: string, value: Float32Array): void {
  const before = state.get(name)
  if (before === undefined || before.length !== value.length)
    throw new ModelError(
      'model-invalid',
      `The stack has no place for ${name} with ${value.length} numbers. The stages belong to another configuration.`,
      { tensor: name },
    )
  state.set(name, value.slice())
}
