// Choosing by index: gather along an axis, and one-hot codes.
import { constant, staticShape, type Value } from '../ir'
import { cast, equal } from './compare'
import { applyOne, normalAxis, reject, type OpTable } from './op'
import { unsqueeze } from './shape'

export interface GatherAttributes {
  readonly axis: number
}
export interface GatherOps {
  Gather: GatherAttributes
}

export const gathers: OpTable<GatherOps> = {
  Gather: {
    infer: ([x, indices], { axis }) => {
      const at = normalAxis(axis, x!.rank)
      if (indices!.dtype !== 'int64' && indices!.dtype !== 'int32')
        reject(`Indices must be int64 or int32 and are ${indices!.dtype}.`)
      return [{ dtype: x!.dtype, shape: [...x!.shape.slice(0, at), ...indices!.shape, ...x!.shape.slice(at + 1)] }]
    },
    onnx: ({ axis }) => ({ attributes: { axis: { int: axis } } }),
    // Rows chosen more than once add up: a product with the one-hot matrix.
    gradient: ({ ops, attributes: { axis }, inputs: [x, indices], gradients: [g] }) => {
      const shape = staticShape(x!, 'The gradient of gather')
      const at = normalAxis(axis, shape.length)
      const before = shape.slice(0, at).reduce((a, b) => a * b, 1)
      const after = shape.slice(at + 1).reduce((a, b) => a * b, 1)
      const chosen = ops.reshape(indices!, [-1])
      const code = ops.oneHot(chosen, shape[at]!, 0) // [size, chosen]
      const rows = ops.reshape(g!, [before, chosen.shape[0]!, after])
      return [ops.reshape(ops.matmul(code, rows), shape), null]
    },
  },
}

/** The slices of x along an axis that the integer tensor names; its axes take the place of that axis. */
export const gather = (x: Value, indices: Value, axis: number): Value =>
  applyOne('Gather', gathers.Gather, [x, indices], { axis })

/**
 * 1 where the class is meant, 0 elsewhere, as float32; a new axis of size `classes` at `axis` of the result (default: channels).
 * Indices outside 0..classes-1 give zeros.
 * @param indices int32 or int64 of any shape
 */
export function oneHot(indices: Value, classes: number, axis = 1): Value {
  const rank = indices.rank + 1
  const shape = Array.from({ length: rank }, (_, i) => (i === (axis < 0 ? axis + rank : axis) ? classes : 1))
  const data =
    indices.dtype === 'int64'
      ? BigInt64Array.from({ length: classes }, (_, i) => BigInt(i))
      : Int32Array.from({ length: classes }, (_, i) => i)
  return cast(equal(unsqueeze(indices, [axis]), constant(data, shape)), 'float32')
}
