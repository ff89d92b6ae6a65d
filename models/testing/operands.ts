// Random operands whose elements lie far enough apart, and from zero, that a finite difference never crosses a kink.
import fc from 'fast-check'
import type { Operand } from './finiteDifferences'

const GAP = 0.1

/** Distinct values of both signs, at least 0.1 apart and 0.05 from zero. */
export const spread = (shape: readonly number[]): fc.Arbitrary<Operand> =>
  shuffled(shape, (i, size) => (i + 0.5 - Math.floor(size / 2)) * GAP)

/** Distinct values from 0.5 upwards. */
export const positive = (shape: readonly number[]): fc.Arbitrary<Operand> => shuffled(shape, i => 0.5 + i * GAP)

function shuffled(shape: readonly number[], value: (i: number, size: number) => number): fc.Arbitrary<Operand> {
  const size = shape.reduce((a, b) => a * b, 1)
  return fc.nat().map(seed => {
    const data = Float32Array.from({ length: size }, (_, i) => value(i, size))
    // Fisher-Yates with the generator of Park and Miller 1988
    let state = (seed % 2147483646) + 1
    for (let i = size - 1; i > 0; i--) {
      state = (state * 48271) % 2147483647
      const j = state % (i + 1)
      const held = data[i]!
      data[i] = data[j]!
      data[j] = held
    }
    return { shape, data }
  })
}

export const size = (min = 1, max = 4): fc.Arbitrary<number> => fc.integer({ min, max })

/** A shape of 1 to 4 axes of 1 to 3. */
export const anyShape = fc.array(size(1, 3), { minLength: 1, maxLength: 4 })

/** Two shapes that broadcast against each other. */
export const broadcastPair = anyShape.chain(shape =>
  fc.tuple(thinned(shape), thinned(shape)).map(([a, b]): readonly [readonly number[], readonly number[]] => [a, b]),
)

/** The shape with some axes as 1 and some leading ones gone. */
const thinned = (shape: readonly number[]) =>
  fc
    .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
    .map(([from, keep]) => shape.map((dim, i) => (keep[i] ? dim : 1)).slice(from))
