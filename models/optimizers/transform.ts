// What an optimiser is made of: pure transforms of gradients into updates, chained.
import type { Value } from '../ir'
import { mul } from '../ops'

/** Tensors by the name of the parameter they belong to. */
export type Tensors = ReadonlyMap<string, Value>

/** A parameter as an optimiser sees it. */
export interface Trained {
  readonly name: string
  readonly shape: readonly number[]
  /** Weight decay applies. */
  readonly decays: boolean
}

/** A tensor an optimiser keeps between steps; starts at 0 or as a copy of a parameter. */
export interface Slot {
  readonly name: string
  readonly shape: readonly number[]
  readonly start: 'zero' | { readonly copyOf: string }
}

export interface UpdateContext {
  readonly parameters: Tensors
  readonly trained: readonly Trained[]
  /** Steps completed before this one: a float32 scalar, exact up to 16.7 million. */
  readonly step: Value
  /** The gradients' global L2 norm: a scalar. */
  readonly gradientNorm: Value
  /** A slot's current value, by its name. */
  readonly slot: (name: string) => Value
}

export interface Transformed {
  readonly updates: Tensors
  /** New values of the slots, by slot name. */
  readonly slots: Tensors
  /** A scalar that all updates have yet to be multiplied with, so that it can be merged with the learning rate. */
  readonly factor?: Value
}

/** `init` lists the slots; `update` builds graph pieces. Both are pure. */
export interface Transform {
  init(parameters: readonly Trained[]): readonly Slot[]
  update(updates: Tensors, context: UpdateContext): Transformed
}

/** Applies transforms one after another. */
export const chain = (...transforms: readonly Transform[]): Transform => ({
  init: parameters => transforms.flatMap(transform => transform.init(parameters)),
  update(updates, context) {
    const slots = new Map<string, Value>()
    let current: Transformed = { updates, slots }
    for (const transform of transforms) {
      current = transform.update(multiplied(current), context)
      for (const [name, value] of current.slots) slots.set(name, value)
    }
    return { ...current, slots }
  },
})

function multiplied({ updates, factor }: Transformed): Tensors {
  return factor ? new Map([...updates].map(([name, update]) => [name, mul(update, factor)])) : updates
}
