import { describe, expect, it } from 'vitest'
import { autoencoderConfigSchema } from '../architectures/autoencoderConfig'
import { unetConfigSchema, type UnetConfigInput } from '../architectures/unetConfig'
import { vaeConfigSchema } from '../architectures/vaeConfig'
import { createGraph, input } from '../ir'
import { autoencoderLossSchema, vaeLossSchema } from '../losses/latentConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '../losses/segmentationConfig'
import { add, mul, relu } from '../ops'
import { optimizerSchema } from '../optimizers/config'
import { printDescription } from './describe'
import { describeAutoencoder, describeSegmentation, describeVae } from './describeTask'
import { peakBytes } from './memory'

const optimizer = optimizerSchema.parse({ kind: 'adam' })

const describeUnet = (model: UnetConfigInput, patch: readonly number[], batch = 1, limitBytes?: number) =>
  describeSegmentation(
    { model: unetConfigSchema.parse(model), loss: DEFAULT_SEGMENTATION_LOSS, optimizer, batch, patch },
    limitBytes,
  )

describe('descriptions', () => {
  it('count the parameters and arithmetic of a small U-Net, worked out by hand', () => {
    const { layers, parameters, forwardFlops } = describeUnet(
      { depth: 1, width: 2, normalisation: 'none', convolutions: 1 },
      [4, 4],
    )
    const rows = layers.map(({ name, output, parameters: own }) => [name, output.join('x'), own])
    expect(rows).toEqual([
      ['encoder.0.conv0', '1x2x2x2', 1 * 2 * 9 + 2],
      ['bottleneck.conv0', '1x4x2x2', 2 * 4 * 9 + 4],
      ['decoder.0.up', '1x4x4x4', 4 * 2 * 4 + 2],
      ['decoder.0.conv0', '1x2x4x4', 4 * 2 * 9 + 2],
      ['head.0', '1x2x4x4', 2 * 2 + 2],
    ])
    expect(parameters).toBe(20 + 76 + 34 + 74 + 6)
    const products = 2 * (32 * 9 + 16 * 18 + 16 * 8 + 32 * 36 + 32 * 2)
    // Two activations per convolution stage and the pooling.
    const rest = 32 + 8 + 16 + 32
    expect(forwardFlops).toBe(products + rest)
  })

  it('count the connections that a thin layer keeps, and no others', () => {
    const parametersWith = (changes: object) =>
      describeAutoencoder({
        model: autoencoderConfigSchema.parse({ kind: 'dense', shape: [100], widths: [20], ...changes }),
        ...{ loss: autoencoderLossSchema.parse({}), optimizer, batch: 4 },
      }).parameters
    expect(parametersWith({})).toBe(2 * 2000 + 120)
    expect(parametersWith({ connections: 0.1 })).toBe(20 * 10 + 100 * 2 + 120)
    // All of them are trained at first.
    expect(parametersWith({ connections: 0.1, connectionsBy: 'pruning' })).toBe(2 * 2000 + 120)
  })

  it('need memory in proportion to the batch', () => {
    const [one, four] = [describeUnet({}, [64, 64], 1), describeUnet({}, [64, 64], 4)]
    expect(four.parameters).toBe(one.parameters)
    expect(four.forwardFlops).toBe(4 * one.forwardFlops)
    expect(four.trainingBytes).toBeGreaterThan(one.trainingBytes)
    expect(four.trainingBytes).toBeLessThan(4 * one.trainingBytes)
    expect(one.trainingFlops).toBeGreaterThan(2.5 * one.forwardFlops)
  })

  it('refuse absurd sizes before allocating, naming the largest layer', () => {
    expect(() => describeUnet({}, [2 ** 20, 2 ** 20], 1, 16e9)).toThrow(/largest layer is (encoder|decoder)\.0/)
    expect(() => describeUnet({ width: 1_000_000, maximumWidth: 1_000_000 }, [32, 32], 1, 16e9)).toThrow(/1000000/)
  })

  it.each([
    ['sizes that do not divide', () => describeUnet({}, [350, 525]), /350 is no multiple of 16/],
    ['an empty batch', () => describeUnet({}, [32, 32], 0), /at least one image/],
    ['a 3-D patch for a 2-D net', () => describeUnet({}, [16, 32, 32]), /2-D U-Net needs 2 spatial sizes/],
    [
      'another size than the dense bottleneck has',
      () => describeUnet({ bottleneck: { kind: 'dense', units: 4, size: [32, 32] } }, [64, 64]),
      /fixes the size to 32 x 32/,
    ],
    [
      'a single position under instance normalisation',
      () => describeUnet({}, [16, 16]),
      /bottleneck\.norm0: instance normalisation of a single position/,
    ],
  ])('refuse %s', (_, attempt, message) => {
    expect(attempt).toThrow(message)
  })

  it('cover autoencoders and VAEs', () => {
    const ae = describeAutoencoder({
      model: autoencoderConfigSchema.parse({ kind: 'dense', shape: [784], widths: [400, 20] }),
      loss: autoencoderLossSchema.parse({}),
      optimizer,
      batch: 128,
    })
    expect(ae.parameters).toBe(784 * 400 + 400 + 400 * 20 + 20 + 20 * 400 + 400 + 400 * 784 + 784)
    const vae = describeVae({
      model: vaeConfigSchema.parse({ shape: [1, 28, 28] }),
      loss: vaeLossSchema.parse({}),
      optimizer,
      batch: 128,
    })
    // The same layers, and the one that gives the log variance.
    expect(vae.parameters).toBe(ae.parameters + 400 * 20 + 20)
    expect(printDescription(vae)).toContain('encoder.mean')
  })
})

describe('peak memory', () => {
  it('frees a tensor after its last use', () => {
    // 4 elements of 4 bytes: x, a = relu x, b = a x, c = b + a, d = relu c.
    const x = input('x', 'float32', [4])
    const a = relu(x)
    const b = mul(a, x)
    const c = add(b, a)
    // x, a, b and c are alive at once; then a and b go, and d takes their place.
    expect(peakBytes(createGraph({ x }, { d: relu(c) }))).toBe(4 * 16)
  })
})
