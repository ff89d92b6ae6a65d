// How tests compare tensors: every element within a tolerance relative to the tensor's largest element.
import { expect } from 'vitest'

/** |actual - expected| <= tolerance max |expected| for every element (at least 1e-6, what float32 leaves of a zero). */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, `${what}: elements`).toBe(expected.length)
  const scale = Array.from(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const most = Math.max(tolerance * scale, 1e-6)
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!)
    if (!(error <= most)) expect.fail(`${what}[${i}] is ${actual[i]}, expected ${expected[i]} (tolerance ${most})`)
  }
}
