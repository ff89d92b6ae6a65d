// Quantiles of the standard normal distribution.

/**
 * Wichura's AS 241, PPND7 (Applied Statistics 37, 1988): 7 digits.
 * @param probability above 0, below 1; the ends give infinity
 */
export function normalQuantile(probability: number): number {
  const centred = probability - 0.5
  if (Math.abs(centred) <= 0.425) {
    const r = 0.180625 - centred * centred
    return (centred * polynomial(r, CENTRE[0])) / polynomial(r, CENTRE[1])
  }
  const tail = Math.min(probability, 1 - probability)
  if (!(tail > 0)) return probability > 0.5 ? Infinity : -Infinity
  const r = Math.sqrt(-Math.log(tail))
  const [shift, coefficients] = r <= 5 ? ([1.6, MIDDLE] as const) : ([5, FAR] as const)
  const value = polynomial(r - shift, coefficients[0]) / polynomial(r - shift, coefficients[1])
  return centred < 0 ? -value : value
}

/** Lowest power first. */
const polynomial = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0)

const CENTRE = [
  [3.3871327179, 5.0434271938e1, 1.5929113202e2, 5.910937472e1],
  [1, 1.7895169469e1, 7.8757757664e1, 6.71875636e1],
] as const
const MIDDLE = [
  [1.4234372777, 2.75681539, 1.3067284816, 1.7023821103e-1],
  [1, 7.370016425e-1, 1.2021132975e-1],
] as const
const FAR = [
  [6.657905115, 3.081226386, 4.2868294337e-1, 1.7337203997e-2],
  [1, 2.4197894225e-1, 1.2258202635e-2],
] as const
