// Matrix products: batched MatMul, and Gemm for a dense layer.
import { showShape, type Value } from '../ir'
import { broadcastShapes, sumTo } from './broadcast'
import { add } from './elementwise'
import { applyOne, reject, type None, type OpTable, type Ops } from './op'
import { transpose } from './shape'

export interface GemmAttributes {
  readonly transA: boolean
  readonly transB: boolean
}

export interface MatmulOps {
  MatMul: None
  Gemm: GemmAttributes
}

const swapLast = (ops: Ops, x: Value): Value => {
  const axes = x.shape.map((_, i) => i)
  return ops.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2])
}

export const products: OpTable<MatmulOps> = {
  MatMul: {
    infer: ([a, b]) => {
      if (a!.rank < 2 || b!.rank < 2) reject('A matrix product needs at least two axes on both sides.')
      if (a!.dtype !== b!.dtype) reject(`Element types differ: ${a!.dtype} and ${b!.dtype}.`)
      if (a!.shape.at(-1) !== b!.shape.at(-2))
        reject(`The inner sizes differ: ${a!.shape.at(-1)} and ${b!.shape.at(-2)}.`)
      const batch = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2))
      return [{ dtype: a!.dtype, shape: [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!] }]
    },
    onnx: () => ({}),
    gradient: ({ ops, inputs: [a, b], gradients: [g] }) => {
      const forA = sumTo(ops, ops.matmul(g!, swapLast(ops, b!)), a!.shape)
      if (b!.rank > 2) return [forA, sumTo(ops, ops.matmul(swapLast(ops, a!), g!), b!.shape)]
      // One matrix for the whole batch: one product over all rows instead of one a sample.
      const rows = (x: Value) => ops.reshape(x, [-1, x.shape.at(-1)!])
      return [forA, ops.matmul(swapLast(ops, rows(a!)), rows(g!))]
    },
  },
  Gemm: {
    infer: ([a, b, c], { transA, transB }) => {
      if (a!.rank !== 2 || b!.rank !== 2) reject('Gemm takes matrices.')
      const [m, k] = transA ? [a!.shape[1]!, a!.shape[0]!] : [a!.shape[0]!, a!.shape[1]!]
      const [inner, n] = transB ? [b!.shape[1]!, b!.shape[0]!] : [b!.shape[0]!, b!.shape[1]!]
      if (k !== inner) reject(`The inner sizes differ: ${k} and ${inner}.`)
      const shape = [m, n]
      if (c && broadcastShapes(c.shape, shape).join() !== shape.join())
        reject(`A bias of ${showShape(c.shape)} does not fit ${showShape(shape)}.`)
      return [{ dtype: a!.dtype, shape }]
    },
    onnx: ({ transA, transB }) => ({
      attributes: { transA: { int: transA ? 1 : 0 }, transB: { int: transB ? 1 : 0 } },
    }),
    gradient: ({ ops, attributes: { transA, transB }, inputs: [a, b, c], gradients: [g] }) => [
      transA ? ops.gemm(b!, g!, null, { transA: transB, transB: true }) : ops.gemm(g!, b!, null, { transB: !transB }),
      transB ? ops.gemm(g!, a!, null, { transA: true, transB: transA }) : ops.gemm(a!, g!, null, { transA: !transA }),
      ...(c ? [sumTo(ops, g!, c.shape)] : []),
    ],
  },
}

/** a b over the last two axes; leading axes broadcast. */
export const matmul = (a: Value, b: Value): Value => applyOne('MatMul', products.MatMul, [a, b], {})

/** op(a) op(b) + c for matrices; op transposes where asked; c broadcasts to the product. */
export const gemm = (
  a: Value,
  b: Value,
  c: Value | null,
  { transA = false, transB = false }: Partial<GemmAttributes> = {},
): Value => applyOne('Gemm', products.Gemm, c ? [a, b, c] : [a, b], { transA, transB })

/**
 * x w^T + b: a dense layer.
 * @param x [..., inputs]
 * @param w [outputs, inputs]
 * @param b [outputs] or null
 */
export function linear(x: Value, w: Value, b: Value | null = null): Value {
  if (x.rank === 2) return gemm(x, w, b, { transB: true })
  const product = matmul(x, transpose(w, [1, 0]))
  return b ? add(product, b) : product
}
