// Broadcasting: the shape two tensors agree on, and its adjoint.
import { sameShape, showShape, type Dim, type Shape, type Value } from '../ir'
import { reject, type Ops } from './op'

/** The common shape by ONNX (NumPy) broadcasting. Rejects sizes that are neither equal nor 1. */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map(shape => shape.length))
  return Array.from({ length: rank }, (_, i) =>
    shapes
      .map(shape => shape[i - rank + shape.length] ?? 1)
      .reduce((a: Dim, b: Dim): Dim => {
        if (a === 1 || a === b) return b
        if (b === 1) return a
        return reject(`The shapes ${shapes.map(showShape).join(' and ')} do not broadcast: ${a} against ${b}.`)
      }),
  )
}

/** Sums a gradient over the axes along which `shape` was broadcast: the adjoint of broadcasting. */
export function sumTo(ops: Ops, gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient
  const extra = gradient.rank - shape.length
  const stretched = gradient.shape
    .map((dim, i) => (i < extra || (shape[i - extra] === 1 && dim !== 1) ? i : -1))
    .filter(i => i >= 0)
  const summed = ops.reduceSum(gradient, { axes: stretched, keepDims: true })
  return extra > 0 ? ops.reshape(summed, shape) : summed
}
