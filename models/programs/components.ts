// Programs of principal components: the images' scatter times a basis, and what a projection onto it leaves of each image.
import { input } from '../ir'
import { add, gemm, matmul, sub } from '../ops'
import { squaredErrors } from '../losses/reconstruction'
import { compileReading } from './reading'
import type { Program } from './types'

export interface ComponentPrograms {
  /**
   * `image` [batch, values], `mean` [values], `basis` [values, columns] to `product` [values, columns]: X^T X basis, X the centred
   * images; any batch.
   */
  readonly scatter: Program
  /** `image`, `mean` and an orthonormal `basis` as above to `errors` [batch]: squared error of each image's projection; any batch. */
  readonly project: Program
}

export function componentPrograms(values: number, columns: number): ComponentPrograms {
  const inputs = () => ({
    image: input('image', 'float32', ['batch', values]),
    mean: input('mean', 'float32', [values]),
    basis: input('basis', 'float32', [values, columns]),
  })
  return {
    scatter: compileReading('evaluate', () => {
      const { image, mean, basis } = inputs()
      const centred = sub(image, mean)
      const product = gemm(centred, matmul(centred, basis), null, { transA: true })
      return { inputs: { image, mean, basis }, outputs: { product } }
    }),
    project: compileReading('evaluate', () => {
      const { image, mean, basis } = inputs()
      const scores = matmul(sub(image, mean), basis)
      const output = add(gemm(scores, basis, null, { transB: true }), mean)
      return { inputs: { image, mean, basis }, outputs: { errors: squaredErrors(output, image) } }
    }),
  }
}
