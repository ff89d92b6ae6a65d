// What a unit answers to: the pictures that excite it, less the mean picture.

/** Reads item n's pixels. */
export type ReadImage = (n: number, out: Float32Array) => void

/**
 * Receptive field by reverse correlation (de Boer & Kuyper 1968): the covariance of a unit's activation with every pixel, divided by the
 * activation's variance: by how much a pixel is brighter per unit of activation. Zeros for a unit that never changes.
 * @param codes [count, dimensions]
 * @returns one field of `pixels` numbers per unit asked for
 */
export function receptiveFields(
  codes: Float32Array,
  dimensions: number,
  units: readonly number[],
  pixels: number,
  read: ReadImage,
): Float32Array[] {
  const count = codes.length / dimensions
  const means = units.map(unit => meanOf(codes, dimensions, unit))
  const sums = units.map(() => new Float64Array(pixels))
  const squares = units.map(() => 0)
  const image = new Float32Array(pixels)
  for (let n = 0; n < count; n++) {
    read(n, image)
    units.forEach((unit, u) => {
      const deviation = codes[n * dimensions + unit]! - means[u]!
      squares[u]! += deviation * deviation
      const sum = sums[u]!
      for (let p = 0; p < pixels; p++) sum[p]! += deviation * image[p]!
    })
  }
  return sums.map((sum, u) => Float32Array.from(sum, value => (squares[u]! > 1e-12 ? value / squares[u]! : 0)))
}

function meanOf(codes: Float32Array, dimensions: number, unit: number): number {
  let sum = 0
  for (let at = unit; at < codes.length; at += dimensions) sum += codes[at]!
  return (sum * dimensions) / codes.length
}
