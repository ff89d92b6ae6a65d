// What operators compute, against plain implementations by definition over random shapes and options.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGraph, input, type Value } from '../ir'
import { expectClose } from '../testing/compare'
import { size, spread } from '../testing/operands'
import { convolve, convolveTransposed, interpolate, pool, standardized, type Dense } from '../testing/reference'
import { runGraph } from '../testing/run'
import * as o from './index'

async function expectComputes(
  build: (values: readonly Value[]) => Value,
  operands: readonly Dense[],
  reference: (shape: readonly number[]) => Dense,
): Promise<void> {
  const values = operands.map(({ shape }, i) => input(`x${i}`, 'float32', shape))
  const y = build(values)
  const graph = createGraph(Object.fromEntries(values.map((value, i) => [`x${i}`, value])), { y })
  const result = await runGraph(graph, Object.fromEntries(operands.map(({ data }, i) => [`x${i}`, data])))
  const expected = reference(y.shape as readonly number[])
  expect(result.y!.shape).toEqual(expected.shape)
  expectClose(result.y!.data as Float32Array, expected.data, 1e-5, 'y')
}

const perAxis = <T>(axes: number, each: fc.Arbitrary<T>) => fc.array(each, { minLength: axes, maxLength: axes })
const runs = { numRuns: 40, seed: 20240917 }

const windows = fc.integer({ min: 1, max: 3 }).chain(axes =>
  fc.record({
    groups: size(1, 2),
    inputs: size(1, 2),
    outputs: size(1, 3),
    kernel: perAxis(axes, size(1, 3)),
    stride: perAxis(axes, size(1, 3)),
    dilation: perAxis(axes, size(1, 2)),
    before: perAxis(axes, size(0, 1)),
    after: perAxis(axes, size(0, 1)),
    space: perAxis(axes, size(5, 6)),
  }),
)

describe('operators by definition', () => {
  test('conv', async () => {
    const subject = windows.chain(options => {
      const { groups, inputs, outputs, kernel, space } = options
      return fc.tuple(
        fc.constant(options),
        spread([2, inputs * groups, ...space]),
        spread([outputs * groups, inputs, ...kernel]),
        spread([outputs * groups]),
      )
    })
    await fc.assert(
      fc.asyncProperty(subject, ([{ groups, stride, dilation, before, after }, x, w, b]) =>
        expectComputes(
          ([image, weight, bias]) =>
            o.conv(image!, weight!, bias, { groups, stride, dilation, padding: { before, after } }),
          [x, w, b],
          shape => convolve(x, w, b, { groups, stride, dilation, before }, shape.slice(2)),
        ),
      ),
      runs,
    )
  })

  test('convTranspose', async () => {
    const subject = windows.chain(options => {
      const { groups, inputs, outputs, kernel, space } = options
      return fc.tuple(
        fc.constant(options),
        spread([1, inputs * groups, ...space.map(n => n - 3)]),
        spread([inputs * groups, outputs, ...kernel]),
        spread([outputs * groups]),
      )
    })
    await fc.assert(
      fc.asyncProperty(subject, ([{ groups, stride, dilation, before }, x, w, b]) =>
        expectComputes(
          ([image, weight, bias]) =>
            o.convTranspose(image!, weight!, bias, {
              groups,
              stride,
              dilation,
              padding: { before: before.map(() => 0), after: before.map(() => 0) },
              outputPadding: stride.map(n => n - 1),
            }),
          [x, w, b],
          shape =>
            convolveTransposed(x, w, b, { groups, stride, dilation, before: before.map(() => 0) }, shape.slice(2)),
        ),
      ),
      runs,
    )
  })

  test('maxPool and averagePool', async () => {
    const subject = windows.chain(options => fc.tuple(fc.constant(options), spread([2, 2, ...options.space])))
    await fc.assert(
      fc.asyncProperty(subject, async ([{ kernel, stride, before }, x]) => {
        const padding = before.map((n, i) => Math.min(n, kernel[i]! - 1))
        const options = { stride, padding }
        await expectComputes(
          ([v]) => o.maxPool(v!, kernel, options),
          [x],
          shape => pool(x, kernel, stride, padding, shape.slice(2), -Infinity, all => Math.max(...all)),
        )
        await expectComputes(
          ([v]) => o.averagePool(v!, kernel, options),
          [x],
          shape =>
            pool(x, kernel, stride, padding, shape.slice(2), 0, all => all.reduce((a, b) => a + b, 0) / all.length),
        )
      }),
      runs,
    )
  })

  test('upsample', async () => {
    const subject = fc
      .integer({ min: 1, max: 3 })
      .chain(axes => fc.tuple(perAxis(axes, size(1, 3)), perAxis(axes, size(1, 4))))
      .chain(([factors, space]) => fc.tuple(fc.constant(factors), spread([1, 2, ...space])))
    await fc.assert(
      fc.asyncProperty(subject, async ([factors, x]) => {
        await expectComputes(
          ([v]) => o.upsample(v!, factors, 'linear'),
          [x],
          () => interpolate(x, factors),
        )
        await expectComputes(
          ([v]) => o.averagePool(o.upsample(v!, factors, 'nearest'), factors),
          [x],
          () => x,
        )
      }),
      runs,
    )
  })

  test('normalisations', async () => {
    const ones = { shape: [4], data: Float32Array.of(1, 1, 1, 1) }
    const zeros = { shape: [4], data: new Float32Array(4) }
    const subject = fc.array(size(2, 4), { minLength: 1, maxLength: 3 }).chain(space => spread([3, 4, ...space]))
    const cases: readonly (readonly [
      (x: Value, scale: Value, bias: Value) => Value,
      (index: readonly number[]) => string,
    ])[] = [
      [o.instanceNorm, ([n, c]) => `${n} ${c}`],
      [(x, scale, bias) => o.groupNorm(x, 2, scale, bias), ([n, c]) => `${n} ${Math.floor(c! / 2)}`],
      [(x, scale, bias) => o.batchNorm(x, scale, bias).y, ([, c]) => `${c}`],
    ]
    await fc.assert(
      fc.asyncProperty(subject, async x => {
        for (const [build, key] of cases)
          await expectComputes(
            ([v, scale, bias]) => build(v!, scale!, bias!),
            [x, ones, zeros],
            () => standardized(x, key, 1e-5),
          )
      }),
      { ...runs, numRuns: 10 },
    )
  })

  test('scale and bias act on their channel', async () => {
    const x = { shape: [1, 2, 2], data: Float32Array.of(-1, 1, 0, 0) }
    const [scale, bias] = [{ shape: [2], data: Float32Array.of(2, 3) }, { shape: [2], data: Float32Array.of(10, 20) }] // prettier-ignore
    await expectComputes(
      ([v, s, b]) => o.instanceNorm(v!, s!, b!, 0.21),
      [x, scale, bias],
      // variance 1 and 0; sqrt(1.21) = 1.1
      () => ({ shape: [1, 2, 2], data: Float32Array.of(10 - 2 / 1.1, 10 + 2 / 1.1, 20, 20) }),
    )
    await expectComputes(
      ([v, s, b]) => o.batchNormInference(v!, s!, b!, o.full([2], 1), o.full([2], 3.79), 0.21),
      [x, scale, bias],
      () => ({ shape: [1, 2, 2], data: Float32Array.of(8, 10, 18.5, 18.5) }),
    )
  })

  test('activations at values one can look up', async () => {
    const x = { shape: [4], data: Float32Array.of(-2, -0.5, 0.5, 2) }
    const cases: readonly (readonly [(x: Value) => Value, (x: number) => number])[] = [
      [v => o.leakyRelu(v, 0.1), v => Math.max(v, 0.1 * v)],
      [v => o.elu(v, 2), v => (v > 0 ? v : 2 * Math.expm1(v))],
      [o.selu, v => 1.05070098 * (v > 0 ? v : 1.67326324 * Math.expm1(v))],
      [o.sigmoid, v => 1 / (1 + Math.exp(-v))],
      [o.softplus, v => Math.log1p(Math.exp(v))],
      [o.silu, v => v / (1 + Math.exp(-v))],
      // The normal distribution function at -2, -0.5, 0.5, 2 (Abramowitz and Stegun, table 26.1)
      [o.gelu, v => v * (v === -2 ? 0.02275013 : v === -0.5 ? 0.30853754 : v === 0.5 ? 0.69146246 : 0.97724987)],
      [o.sign, Math.sign],
      [o.floor, Math.floor],
      [v => o.clip(v, -1, 1), v => Math.min(Math.max(v, -1), 1)],
    ]
    for (const [build, reference] of cases)
      await expectComputes(
        ([v]) => build(v!),
        [x],
        () => ({ shape: [4], data: x.data.map(reference) }),
      )
  })

  test('softplus and logSoftmax hold where the naive formula overflows', async () => {
    const x = { shape: [1, 2], data: Float32Array.of(-200, 200) }
    await expectComputes(
      ([v]) => o.softplus(v!),
      [x],
      () => ({ shape: [1, 2], data: Float32Array.of(0, 200) }),
    )
    await expectComputes(
      ([v]) => o.logSoftmax(v!),
      [x],
      () => ({ shape: [1, 2], data: Float32Array.of(-400, 0) }),
    )
  })

  test('oneHot leaves classes that do not exist at zero', async () => {
    const x = { shape: [4], data: Float32Array.of(0, 2, 3, -1) }
    await expectComputes(
      ([v]) => o.oneHot(o.cast(v!, 'int32'), 3),
      [x],
      () => ({ shape: [4, 3], data: Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) }),
    )
  })
})
