// Small facts about shapes that layers need.
import { ModelError } from '../errors'
import { currentScope, showShape, type Value } from '../ir'

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1)

/** Axes of space in [N, C, ...space]. */
export const spatialAxes = (x: Value): readonly number[] => x.shape.map((_, axis) => axis).slice(2)

/** Size of axis 1. @throws ModelError shape-mismatch naming the layer when it is symbolic or missing. */
export function channelsOf(x: Value): number {
  const channels = x.shape[1]
  if (typeof channels !== 'number')
    throw new ModelError(
      'shape-mismatch',
      `${currentScope()}: the number of channels must be known and the input is ${showShape(x.shape)}.`,
      {
        layer: currentScope(),
        shape: x.shape,
      },
    )
  return channels
}
