// Exported models run on ONNX Runtime at sizes they were not trained at, for every form of the U-Net.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { sizeMultiple } from '../architectures/unet'
import { unetConfigSchema, type UnetConfigInput } from '../architectures/unetConfig'
import { DEFAULT_SEGMENTATION_LOSS } from '../losses/segmentationConfig'
import { fromOnnx } from '../onnx'
import { optimizerSchema } from '../optimizers/config'
import { exportSegmentation, segmentationPrograms } from './segmentation'

const optimizer = optimizerSchema.parse({ kind: 'sgd', momentum: 0.99, nesterov: true })
const SMALL = { depth: 2, width: 4 }

describe('an exported U-Net', () => {
  it.each<[string, UnetConfigInput, readonly number[]]>([
    ['2-D', SMALL, [12, 20]],
    ['3-D', { ...SMALL, dimensions: 3 }, [4, 8, 12]],
    ['batch normalisation', { ...SMALL, normalisation: 'batch' }, [8, 12]],
    ['group normalisation', { ...SMALL, normalisation: 'group', groups: 2 }, [8, 12]],
    ['layer normalisation', { ...SMALL, normalisation: 'layer', dropout: 0.2 }, [8, 12]],
    ['upsampling', { ...SMALL, up: 'upsample', deepSupervision: true }, [8, 12]],
    ['a dense bottleneck', { ...SMALL, bottleneck: { kind: 'dense', units: 4, size: [16, 16] } }, [16, 16]],
    ['three sigmoid heads and two channels', { ...SMALL, head: 'sigmoid', classes: 3, channels: 2 }, [8, 12]],
  ])('runs: %s', async (_, input, size) => {
    const model = unetConfigSchema.parse(input)
    const patch = model.dimensions === 2 ? [16, 16] : [8, 8, 8]
    const { initialState } = segmentationPrograms({
      model,
      loss: DEFAULT_SEGMENTATION_LOSS,
      optimizer,
      batch: 1,
      patch,
    })
    const file = exportSegmentation({ model, parameters: initialState(1), metadata: { labels: 'lesion' } }).model
    expect(fromOnnx(file).metadata).toEqual({ labels: 'lesion' })

    const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 })
    const shape = [3, model.channels, ...size]
    const voxels = size.reduce((a, b) => a * b, 1)
    const data = Float32Array.from({ length: 3 * model.channels * voxels }, (_, i) => Math.sin(i))
    const { probabilities } = await session.run({ image: new Tensor('float32', data, shape) })
    await session.release()
    expect(probabilities!.dims).toEqual([3, model.classes, ...size])
    const values = probabilities!.data as Float32Array
    expect(values.every(value => value >= 0 && value <= 1)).toBe(true)
    if (model.head === 'softmax') expect(values[0]! + values[voxels]!).toBeCloseTo(1, 5)
    expect(size.every(n => n % sizeMultiple(model) === 0)).toBe(true)
  })
})
