// Every operator's gradient against finite differences over random shapes. The map is total: an operator without a subject does not compile.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { constant, type Value } from '../ir'
import { checkGradients, type Operand } from '../testing/finiteDifferences'
import { anyShape, broadcastPair, positive, size, spread } from '../testing/operands'
import * as o from './index'
import { OPS, type OpName } from './registry'

/** Operands and the graph over them. */
interface Trial {
  readonly operands: readonly Operand[]
  readonly build: (operands: readonly Value[]) => Value
}
type Subject = fc.Arbitrary<Trial> | 'none'

const unaryOn = (operand: (shape: readonly number[]) => fc.Arbitrary<Operand>, build: (x: Value) => Value): Subject =>
  anyShape.chain(operand).map(x => ({ operands: [x], build: ([v]) => build(v!) }))

const unary = (build: (x: Value) => Value): Subject => unaryOn(spread, build)

const binary = (
  build: (a: Value, b: Value) => Value,
  [left, right]: readonly [typeof spread, typeof spread] = [spread, spread],
): Subject =>
  broadcastPair
    .chain(([a, b]) => fc.tuple(left(a), right(b)))
    // Shifted by half a gap, so that no two elements of the operands are close to equal.
    .map(([a, b]) => ({
      operands: [a, { ...b, data: b.data.map(value => value + 0.05 * Math.sign(value)) }],
      build: ([x, y]) => build(x!, y!),
    }))

const along = (build: (x: Value, axis: number) => Value): Subject =>
  anyShape.chain(shape =>
    fc.tuple(spread(shape), fc.integer({ min: -shape.length, max: shape.length - 1 })).map(([x, axis]) => ({
      operands: [x],
      build: ([v]: readonly Value[]) => build(v!, axis),
    })),
  )

const reduction = (build: (x: Value, options: o.ReduceOptions) => Value): Subject =>
  anyShape.chain(shape =>
    fc
      .tuple(spread(shape), fc.subarray([...shape.keys()], { minLength: 1 }), fc.boolean())
      .map(([x, axes, keepDims]) => ({
        operands: [x],
        build: ([v]: readonly Value[]) => build(v!, { axes, keepDims }),
      })),
  )

const perAxis = <T>(axes: number, each: fc.Arbitrary<T>) => fc.array(each, { minLength: axes, maxLength: axes })

/** Everything a convolution may be told, small enough for many runs; some sizes leave rows that no window reaches. */
const convolution = (transposed: boolean): fc.Arbitrary<Trial> =>
  fc
    .integer({ min: 1, max: 3 })
    .chain(axes =>
      fc.record({
        batch: size(1, 2),
        groups: size(1, 2),
        inputs: size(1, 2),
        outputs: size(1, 2),
        kernel: perAxis(axes, size(1, 3)),
        stride: perAxis(axes, size(1, 3)),
        dilation: perAxis(axes, size(1, 2)),
        before: perAxis(axes, size(0, 2)),
        after: perAxis(axes, size(0, 2)),
        extra: perAxis(axes, size(0, axes === 3 ? 1 : 3)),
        bias: fc.boolean(),
      }),
    )
    .chain(({ batch, groups, inputs, outputs, kernel, stride, dilation, before, after, extra, bias }) => {
      const reach = kernel.map((k, i) => (k - 1) * dilation[i]! + 1)
      // At least one window must fit; a transposed one must leave at least one row after cropping.
      const space = transposed
        ? extra.map((e, i) => e + 1 + Math.ceil((before[i]! + after[i]!) / stride[i]!))
        : extra.map((e, i) => Math.max(1, reach[i]! - before[i]! - after[i]!) + e)
      const weight = transposed ? [inputs * groups, outputs, ...kernel] : [outputs * groups, inputs, ...kernel]
      const options = { groups, stride, dilation, padding: { before, after } }
      return fc
        .tuple(spread([batch, inputs * groups, ...space]), spread(weight), spread([outputs * groups]))
        .map(([x, w, b]) => ({
          operands: bias ? [x, w, b] : [x, w],
          build: ([image, kernels, shift]: readonly Value[]) =>
            (transposed ? o.convTranspose : o.conv)(image!, kernels!, shift ?? null, options),
        }))
    })

const pooling = (build: typeof o.maxPool): Subject =>
  fc
    .integer({ min: 1, max: 3 })
    .chain(axes =>
      fc.record({
        channels: size(1, 2),
        kernel: perAxis(axes, size(1, 3)),
        tiled: fc.boolean(),
        stride: perAxis(axes, size(1, 3)),
        pad: perAxis(axes, size(0, 1)),
        extra: perAxis(axes, size(0, 2)),
      }),
    )
    .chain(({ channels, kernel, tiled, stride, pad, extra }) => {
      const padding = kernel.map((k, i) => (tiled ? 0 : Math.min(pad[i]!, k - 1)))
      const space = kernel.map((k, i) => (tiled ? k * (extra[i]! + 1) : k + extra[i]!))
      return spread([1, channels, ...space]).map(x => ({
        operands: [x],
        build: ([v]: readonly Value[]) => build(v!, kernel, tiled ? {} : { stride, padding }),
      }))
    })

const padding = anyShape
  .chain(shape =>
    fc.record({
      x: spread(shape),
      before: perAxis(shape.length, size(-1, 2)),
      after: perAxis(shape.length, size(-1, 2)),
      mode: fc.constantFrom('constant', 'edge', 'reflect'),
    }),
  )
  .map(({ x, before, after, mode }): Trial => {
    // A reflection needs more elements than it adds; only a constant padding may cut, and something must be left.
    const fit = (amounts: readonly number[]) =>
      amounts.map((n, i) => {
        if (mode === 'constant') return x.shape[i]! < 3 ? Math.abs(n) : n
        return mode === 'reflect' ? Math.min(Math.abs(n), x.shape[i]! - 1) : Math.abs(n)
      })
    return { operands: [x], build: ([v]) => o.pad(v!, fit(before), fit(after), { mode, value: 2 }) }
  })

const slicing = anyShape
  .chain(shape =>
    fc.tuple(spread(shape), perAxis(shape.length, fc.tuple(fc.nat(), fc.nat(), fc.constantFrom(1, 2, -1, -2)))),
  )
  .map(([x, cuts]): Trial => {
    const axes = [...x.shape.keys()]
    const starts = axes.map(axis => cuts[axis]![0] % x.shape[axis]!)
    const steps = cuts.map(([, , step]) => step)
    const ends = axes.map(axis => {
      const [step, start, count] = [steps[axis]!, starts[axis]!, cuts[axis]![1] % x.shape[axis]!]
      return step > 0 ? Math.min(x.shape[axis]!, start + 1 + count) : start - 1 - count < 0 ? -100 : start - 1 - count
    })
    return { operands: [x], build: ([v]) => o.slice(v!, axes, starts, ends, steps) }
  })

const matrices = fc.record({ m: size(), k: size(), n: size(), batch: broadcastPair, flat: fc.boolean() })

const SUBJECTS: { readonly [K in OpName]: Subject } = {
  Add: binary(o.add),
  Sub: binary(o.sub),
  Mul: binary(o.mul),
  Div: binary(o.div, [spread, positive]),
  Pow: binary(o.pow, [positive, spread]),
  Min: binary(o.min),
  Max: binary(o.max),
  Neg: unary(o.neg),
  Abs: unary(o.abs),
  Sqrt: unaryOn(positive, o.sqrt),
  Exp: unary(o.exp),
  Log: unaryOn(positive, o.log),
  Erf: unary(o.erf),
  Reciprocal: unaryOn(positive, o.reciprocal),
  Floor: 'none',
  Clip: unary(x => o.clip(x, -0.3, 0.4)),
  Equal: 'none',
  Greater: 'none',
  Less: 'none',
  GreaterOrEqual: 'none',
  LessOrEqual: 'none',
  And: 'none',
  Or: 'none',
  Not: 'none',
  Where: binary((a, b) => o.where(o.greater(a, o.scalar(0)), a, o.mul(b, b))),
  Cast: unary(x => o.mul(o.cast(o.cast(x, 'float64'), 'float32'), x)),
  Relu: unary(o.relu),
  LeakyRelu: unary(x => o.leakyRelu(x, 0.2)),
  Elu: unary(x => o.elu(x, 1.3)),
  Sigmoid: unary(o.sigmoid),
  Tanh: unary(o.tanh),
  Softplus: unary(o.softplus),
  Softmax: along(o.softmax),
  LogSoftmax: along(o.logSoftmax),
  ReduceSum: reduction(o.reduceSum),
  ReduceMean: reduction(o.reduceMean),
  ReduceMax: reduction(o.reduceMax),
  ReduceMin: reduction(o.reduceMin),
  ReduceSumSquare: reduction(o.reduceSumSquare),
  ArgMax: 'none',
  Reshape: unary(x => o.reshape(x, [-1])),
  Transpose: anyShape
    .chain(shape => fc.tuple(spread(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length })))
    .map(([x, permutation]) => ({ operands: [x], build: ([v]) => o.transpose(v!, permutation) })),
  Concat: fc.tuple(anyShape, size(), size(), fc.nat()).chain(([shape, first, second, axis]) => {
    const at = axis % shape.length
    const withSize = (n: number) => spread(shape.map((dim, i) => (i === at ? n : dim)))
    return fc
      .tuple(withSize(first), withSize(second))
      .map(operands => ({ operands, build: (v: readonly Value[]) => o.concat(v, at) }))
  }),
  Split: fc.tuple(size(), size(), size()).chain(([rows, first, second]) =>
    spread([rows, first + second]).map(x => ({
      operands: [x],
      build: ([v]) => {
        const [a, b] = o.split(v!, [first, second], 1)
        // One part used twice, the other once.
        return o.concat([o.mul(a!, a!), b!], 1)
      },
    })),
  ),
  Expand: broadcastPair.chain(([shape]) =>
    spread(shape).map(x => ({
      operands: [x],
      build: ([v]) => o.broadcastTo(v!, [2, ...shape.map(dim => (dim === 1 ? 3 : dim))]),
    })),
  ),
  Squeeze: anyShape
    .chain(shape => spread([1, ...shape, 1]))
    .map(x => ({ operands: [x], build: ([v]) => o.squeeze(v!, [0, -1]) })),
  Unsqueeze: unary(x => o.unsqueeze(x, [0, 2])),
  Slice: slicing,
  Pad: padding,
  MatMul: matrices
    .chain(({ m, k, n, batch: [a, b], flat }) => fc.tuple(spread([...a, m, k]), spread(flat ? [k, n] : [...b, k, n])))
    .map(operands => ({ operands, build: ([a, b]) => o.matmul(a!, b!) })),
  Gemm: fc
    .tuple(matrices, fc.boolean(), fc.boolean(), fc.constantFrom('none', 'row', 'full'))
    .chain(([{ m, k, n }, transA, transB, bias]) =>
      fc
        .tuple(
          spread(transA ? [k, m] : [m, k]),
          spread(transB ? [n, k] : [k, n]),
          spread(bias === 'row' ? [n] : [m, n]),
        )
        .map(([a, b, c]) => ({
          operands: bias === 'none' ? [a, b] : [a, b, c],
          build: ([x, y, z]: readonly Value[]) => o.gemm(x!, y!, z ?? null, { transA, transB }),
        })),
    ),
  Conv: convolution(false),
  ConvTranspose: convolution(true),
  // Written by a lowering, after differentiation.
  ReorderInput: 'none',
  BlockedConv: 'none',
  ReorderOutput: 'none',
  MaxPool: pooling(o.maxPool),
  AveragePool: pooling(o.averagePool),
  Resize: fc
    .tuple(fc.constantFrom('nearest', 'linear'), fc.array(size(1, 3), { minLength: 1, maxLength: 3 }))
    .chain(([mode, factors]) =>
      fc
        .tuple(...factors.map(() => size(1, 3)))
        .chain(space => spread([1, 2, ...space]))
        .map(x => ({ operands: [x], build: ([v]: readonly Value[]) => o.upsample(v!, factors, mode) })),
    ),
  Gather: fc
    .tuple(anyShape, fc.nat(), fc.array(fc.nat(), { minLength: 1, maxLength: 4 }))
    .chain(([shape, axis, picks]) => {
      const at = axis % shape.length
      const indices = constant(
        BigInt64Array.from(picks, pick => BigInt(pick % shape[at]!)),
        [picks.length],
      )
      return spread(shape).map(x => ({ operands: [x], build: ([v]) => o.gather(v!, indices, at) }))
    }),
}

const RUNS = 12

describe('gradients equal finite differences', () => {
  for (const [name, subject] of Object.entries(SUBJECTS) as [OpName, Subject][]) {
    if (subject === 'none') test(`${name} says that it has none`, () => expect(OPS[name].gradient).toBe('none'))
    else
      test(name, async () => {
        await fc.assert(
          fc.asyncProperty(subject, ({ operands, build }) => checkGradients(build, operands)),
          { numRuns: RUNS, seed: 20240917 },
        )
      })
  }
})

// At least four elements a mean: of two, one is always at +1 and the other at -1, and no gradient is left to measure.
const channelwise = (build: (x: Value, scale: Value, bias: Value) => Value): fc.Arbitrary<Trial> =>
  fc
    .tuple(size(2, 3), fc.array(size(2, 3), { minLength: 2, maxLength: 3 }))
    .chain(([batch, space]) => fc.tuple(spread([batch, 4, ...space]), spread([4]), spread([4])))
    .map(operands => ({ operands, build: ([x, scale, bias]) => build(x!, scale!, bias!) }))

/** What is composed of operators. */
const COMPOSED: Readonly<Record<string, Subject>> = {
  gelu: unary(o.gelu),
  silu: unary(o.silu),
  selu: unary(o.selu),
  flip: unary(x => o.flip(x, [0])),
  linear: matrices
    .chain(({ m, k, n, batch: [a] }) => fc.tuple(spread([...a, m, k]), spread([n, k]), spread([n])))
    .map(operands => ({ operands, build: ([x, w, b]) => o.linear(x!, w!, b) })),
  instanceNorm: channelwise((x, scale, bias) => o.instanceNorm(x, scale, bias)),
  groupNorm: channelwise((x, scale, bias) => o.groupNorm(x, 2, scale, bias)),
  batchNorm: channelwise((x, scale, bias) => o.batchNorm(x, scale, bias).y),
  batchNormStatistics: channelwise(x => {
    const { mean, variance } = o.batchNorm(x, o.full([4], 1), o.full([4], 0))
    return o.add(mean, o.mul(variance, variance))
  }),
  layerNorm: fc
    .tuple(size(1, 3), size(4, 6))
    .chain(([rows, width]) => fc.tuple(spread([rows, 2, width]), spread([width]), spread([width])))
    .map(operands => ({ operands, build: ([x, scale, bias]) => o.layerNorm(x!, scale!, bias!) })),
}

describe('gradients of compositions equal finite differences', () => {
  for (const [name, subject] of Object.entries(COMPOSED))
    test(name, async () => {
      if (subject === 'none') return expect.fail('a composition has a gradient')
      await fc.assert(
        fc.asyncProperty(subject, ({ operands, build }) => checkGradients(build, operands)),
        { numRuns: RUNS, seed: 20240917 },
      )
    })
})
