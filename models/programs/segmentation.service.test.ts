import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { unetConfigSchema, type UnetConfigInput } from '../architectures/unetConfig'
import { segmentationLossSchema, type SegmentationLossInput } from '../losses/segmentationConfig'
import { optimizerSchema } from '../optimizers/config'
import { discs, expectSequence, runOnce, trainOnBatch } from '../testing/batches'
import type { Feed } from '../testing/stepper'
import { exportSegmentation, segmentationPrograms } from './segmentation'

const adam = optimizerSchema.parse({ kind: 'adam', learningRate: 1e-2 })

interface Setting {
  readonly model?: UnetConfigInput
  readonly loss?: SegmentationLossInput
  readonly patch?: readonly number[]
  readonly steps?: number
  readonly seed?: number
  readonly feeds?: Record<string, Feed>
}

const SMALL = { depth: 2, width: 4 } as const

async function train({
  model = SMALL,
  loss = { kind: 'diceCrossEntropy' },
  patch = [16, 16],
  steps = 60,
  seed = 7,
  ...rest
}: Setting) {
  const config = unetConfigSchema.parse(model)
  const programs = segmentationPrograms({
    model: config,
    loss: segmentationLossSchema.parse(loss),
    optimizer: adam,
    batch: 2,
    patch,
  })
  const feeds = rest.feeds ?? discs(patch, 2)
  const trained = await trainOnBatch(programs, feeds, steps, seed)
  return { ...trained, config, programs, feeds }
}

describe('a U-Net', () => {
  it.each<[string, Setting]>([
    ['2-D', {}],
    ['3-D', { model: { ...SMALL, dimensions: 3 }, patch: [8, 8, 8] }],
    ['batch normalisation and ReLU', { model: { ...SMALL, normalisation: 'batch', activation: 'relu' } }],
    ['group normalisation and SiLU', { model: { ...SMALL, normalisation: 'group', groups: 2, activation: 'silu' } }],
    ['layer normalisation and GELU', { model: { ...SMALL, normalisation: 'layer', activation: 'gelu' } }],
    ['no normalisation', { model: { ...SMALL, normalisation: 'none' }, steps: 120 }],
    ['upsampling', { model: { ...SMALL, up: 'upsample' } }],
    ['deep supervision', { model: { ...SMALL, depth: 3, deepSupervision: true } }],
    ['dropout', { model: { ...SMALL, dropout: 0.1 }, steps: 120 }],
    ['a dense bottleneck', { model: { ...SMALL, bottleneck: { kind: 'dense', units: 8, size: [16, 16] } } }],
    ['cross entropy with class weights', { loss: { kind: 'crossEntropy', classWeights: [1, 3] } }],
    ['focal loss', { loss: { kind: 'focal' } }],
    ['Tversky loss', { loss: { kind: 'tversky' } }],
  ])('overfits one batch with %s', async (_, setting) => {
    const { losses, rows } = await train(setting)
    expect(losses.at(-1)).toBeLessThan(0.1)
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 4)
    expect(rows.every(row => Number.isFinite(row.gradientNorm![0]))).toBe(true)
  })

  it('overfits overlapping labels with sigmoid heads', async () => {
    const { image, target, weight } = discs([16, 16], 2)
    // Two heads: the disc, and a wider one around it, which overlaps it.
    const heads = Float32Array.from({ length: 2 * 2 * 256 }, (_, i) => {
      const [sample, head, voxel] = [Math.floor(i / 512), Math.floor(i / 256) % 2, i % 256]
      const distance = (Math.floor(voxel / 16) - 8) ** 2 + ((voxel % 16) - 8) ** 2
      return head === 0 ? target[sample * 256 + voxel]! : Number(distance < 36)
    })
    const feeds = { image: image, target: heads, weight: weight }
    const { losses } = await train({ model: { ...SMALL, head: 'sigmoid', classes: 2 }, feeds, steps: 150 })
    expect(losses.at(-1)).toBeLessThan(0.1)
  })

  it('gives bit-equal runs for one seed on one thread, and others for another', async () => {
    const [a, b, c] = [await train({ steps: 5 }), await train({ steps: 5 }), await train({ steps: 5, seed: 8 })]
    expect(b.losses).toEqual(a.losses)
    expect(b.state).toEqual(a.state)
    expect(c.losses).not.toEqual(a.losses)
  })

  it('reports the losses it always did', async () => {
    const { losses } = await train({ steps: 5 })
    expectSequence(losses, [1.27144, 1.1565, 1.08346, 1.02151, 0.96845])
    const volume = await train({ model: { ...SMALL, dimensions: 3 }, patch: [8, 8, 8], steps: 5 })
    expectSequence(volume.losses, [1.52362, 1.42022, 1.34935, 1.29587, 1.25307])
  })

  it('stays finite where no voxel is foreground and where none counts', async () => {
    const { image, weight } = discs([16, 16], 2)
    const background = { image: image, target: new Int32Array(512), weight: weight }
    for (const feeds of [background, { ...background, weight: new Float32Array(512) }])
      for (const kind of ['diceCrossEntropy', 'crossEntropy', 'dice', 'focal', 'tversky'] as const) {
        const { rows, state } = await train({ feeds, loss: { kind }, steps: 2 })
        expect(rows.flatMap(row => [row.loss![0], row.gradientNorm![0]]).every(Number.isFinite)).toBe(true)
        expect([...state.values()].every(data => data.every(Number.isFinite))).toBe(true)
      }
  })

  it('learns nothing from voxels of weight 0', async () => {
    const feeds = discs([16, 16], 2)
    // Left columns are not counted; there the labels may say anything.
    const weight = Float32Array.from({ length: 512 }, (_, i) => Number(i % 16 >= 6))
    const target = feeds.target as Int32Array
    const other = target.map((value, i) => (weight[i] === 0 ? 1 - value : value))
    const [a, b] = [
      await train({ feeds: { ...feeds, weight }, steps: 3 }),
      await train({ feeds: { ...feeds, target: other, weight }, steps: 3 }),
    ]
    expect(b.losses).toEqual(a.losses)
    expect(b.state).toEqual(a.state)
  })

  it('evaluates and exports what it has learnt', async () => {
    const { config, programs, state, feeds, losses } = await train({})
    const { probabilities, loss } = await runOnce(programs.evaluate(2, [16, 16]), state, feeds)
    expect(loss![0]).toBeLessThan(losses.at(-1)! * 1.2)

    const file = exportSegmentation({ model: config, parameters: state, metadata: { labels: 'disc' } }).model
    const session = await InferenceSession.create(file, { logSeverityLevel: 3 })
    const image = feeds.image as Float32Array
    const result = await session.run({ image: new Tensor('float32', image, [2, 1, 16, 16]) })
    expectClose(result.probabilities!.data as Float32Array, probabilities!)
    // Another batch and another size.
    const wide = await session.run({ image: new Tensor('float32', new Float32Array(3 * 24 * 40), [3, 1, 24, 40]) })
    expect(wide.probabilities!.dims).toEqual([3, 2, 24, 40])
    await session.release()
  })

  it('refuses to export NaN, naming the parameter', async () => {
    const { config, state } = await train({ steps: 1 })
    state.get('encoder.0.conv0.weight')![0] = NaN
    expect(() => exportSegmentation({ model: config, parameters: state, metadata: {} })).toThrow(
      /encoder\.0\.conv0\.weight holds NaN/,
    )
  })
})

function expectClose(actual: Float32Array, expected: Float32Array) {
  expect(actual.length).toBe(expected.length)
  const worst = actual.reduce((max, value, i) => Math.max(max, Math.abs(value - expected[i]!)), 0)
  expect(worst).toBeLessThan(1e-5)
}
