// What cannot be trained is refused while the program is built, naming layer, tensor or field; nothing is allocated.
import { describe, expect, it } from 'vitest'
import { autoencoderConfigSchema, type AutoencoderConfigInput } from '../architectures/autoencoderConfig'
import { vaeConfigSchema, type VaeConfigInput } from '../architectures/vaeConfig'
import { ModelError } from '../errors'
import { autoencoderLossSchema, vaeLossSchema } from '../losses/latentConfig'
import { optimizerSchema } from '../optimizers/config'
import { autoencoderPrograms, exportAutoencoder } from './autoencoder'
import { describeAutoencoder, describeVae } from './describeTask'
import { exportVae, vaePrograms } from './vae'

const optimizer = optimizerSchema.parse({ kind: 'adam' })
const GIGABYTES_16 = 16e9

const autoencoder = (model: AutoencoderConfigInput, batch = 2) => ({
  model: autoencoderConfigSchema.parse(model),
  loss: autoencoderLossSchema.parse({}),
  optimizer,
  batch,
})
const vae = (model: VaeConfigInput, batch = 2) => ({
  model: vaeConfigSchema.parse(model),
  loss: vaeLossSchema.parse({}),
  optimizer,
  batch,
})

const DENSE: AutoencoderConfigInput & { kind: 'dense' } = { kind: 'dense', shape: [1, 8, 8], widths: [16, 4] }
const CONVOLUTIONAL: AutoencoderConfigInput & { kind: 'convolutional' } = {
  kind: 'convolutional',
  shape: [1, 8, 8],
  width: 4,
  depth: 2,
  code: 4,
}
const VAE: VaeConfigInput = { shape: [1, 8, 8], latent: 4, network: { kind: 'dense', widths: [16] } }
const CONVOLUTIONAL_VAE: VaeConfigInput = {
  shape: [1, 8, 8],
  latent: 4,
  network: { kind: 'convolutional', width: 4, depth: 2 },
}

function refusal(attempt: () => unknown): ModelError {
  try {
    attempt()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ModelError)
    return thrown as ModelError
  }
  throw new Error('It was not refused')
}

describe('an autoencoder or VAE is refused', () => {
  it.each<[string, () => unknown, object, RegExp]>([
    [
      'of a size that does not divide',
      () => autoencoderPrograms(autoencoder({ ...CONVOLUTIONAL, shape: [1, 8, 10] })),
      { code: 'shape-mismatch', details: { layer: 'encoder.0', shape: [1, 8, 10] } },
      /10 is no multiple of 4/,
    ],
    [
      'of a 3-D size that does not divide',
      () => autoencoderPrograms(autoencoder({ ...CONVOLUTIONAL, shape: [1, 6, 8, 8] })),
      { code: 'shape-mismatch', details: { layer: 'encoder.0' } },
      /6 is no multiple of 4/,
    ],
    [
      'as VAE of a size that does not divide',
      () => vaePrograms(vae({ ...CONVOLUTIONAL_VAE, shape: [1, 9, 8] })),
      { code: 'shape-mismatch', details: { layer: 'encoder.0' } },
      /9 is no multiple of 4/,
    ],
    [
      'for an empty batch',
      () => autoencoderPrograms(autoencoder(DENSE, 0)),
      { code: 'config-invalid', details: { batch: 0 } },
      /at least one image/,
    ],
    ['as VAE for an empty batch', () => vaePrograms(vae(VAE, 0)), { code: 'config-invalid' }, /at least one image/],
    ['for half an image', () => vaePrograms(vae(VAE, 1.5)), { code: 'config-invalid' }, /has 1.5/],
    [
      'when judging an empty batch',
      () => vaePrograms(vae(VAE)).evaluate(0),
      { code: 'config-invalid' },
      /at least one image/,
    ],
    [
      'when drawing no samples',
      () => vaePrograms(vae(VAE)).sample(0),
      { code: 'config-invalid' },
      /at least one image/,
    ],
  ])('%s', (_, attempt, error, says) => {
    const refused = refusal(attempt)
    expect(refused).toMatchObject(error)
    expect(refused.message).toMatch(says)
  })

  it.each<[string, () => unknown, string]>([
    ['channels', () => autoencoderConfigSchema.parse({ ...CONVOLUTIONAL, shape: [0, 8, 8] }), 'shape.0'],
    ['pixels', () => vaeConfigSchema.parse({ ...VAE, shape: [1, 0, 8] }), 'shape.1'],
    ['units', () => autoencoderConfigSchema.parse({ ...DENSE, widths: [16, 0] }), 'widths.1'],
    ['latent units', () => vaeConfigSchema.parse({ ...VAE, latent: 0 }), 'latent'],
    [
      'sense: a covariance too large',
      () => vaeConfigSchema.parse({ ...VAE, latent: 100_000, covariance: 'full' }),
      'latent',
    ],
    ['layers', () => autoencoderConfigSchema.parse({ ...DENSE, widths: [] }), 'widths'],
  ])('with no %s, naming the field', (_, attempt, field) => {
    expect(attempt).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: field.split('.').map(asKey) })] }) as Error,
    )
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'units',
      () => describeAutoencoder(autoencoder({ ...DENSE, widths: [1_000_000, 1_000_000] }), GIGABYTES_16),
      /encoder\.1.*1000000 parameters|encoder\.1/,
    ],
    [
      'pixels',
      () => describeAutoencoder(autoencoder({ ...CONVOLUTIONAL, shape: [1, 2 ** 17, 2 ** 17] }), GIGABYTES_16),
      /The largest layer is (encoder|decoder)/,
    ],
    [
      'as VAE with pixels',
      () => describeVae(vae({ ...VAE, shape: [3, 50_000, 50_000] }), GIGABYTES_16),
      /The largest layer is (encoder|decoder)/,
    ],
    ['images in a batch', () => describeVae(vae(VAE, 1e12), GIGABYTES_16), /The largest layer is/],
  ])('with absurdly many %s, before anything is allocated, naming the largest layer', (_, attempt, says) => {
    const before = process.memoryUsage().arrayBuffers
    const refused = refusal(attempt)
    expect(refused.code).toBe('too-much-memory')
    expect(refused.message).toMatch(says)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24)
  })

  it('when a parameter to be exported is no number, missing, or of another network, naming it', () => {
    const { model } = autoencoder(DENSE)
    const state = new Map(autoencoderPrograms(autoencoder(DENSE)).initialState(1))
    const changed = (name: string, value: Float32Array | null) => {
      const other = new Map(state)
      if (value) other.set(name, value)
      else other.delete(name)
      return () => exportAutoencoder('encoder', model, other, {})
    }
    const weight = state.get('encoder.1.weight')!.slice()
    weight[5] = NaN
    expect(refusal(changed('encoder.1.weight', weight))).toMatchObject({
      code: 'not-finite',
      details: { tensor: 'encoder.1.weight' },
    })
    expect(refusal(changed('encoder.0.bias', null))).toMatchObject({ details: { tensor: 'encoder.0.bias' } })
    expect(refusal(changed('encoder.0.bias', new Float32Array(3)))).toMatchObject({
      code: 'model-invalid',
      details: { tensor: 'encoder.0.bias' },
    })
    const own = vae(VAE)
    const parameters = new Map(vaePrograms(own).initialState(1))
    parameters.get('encoder.mean.bias')![0] = Infinity
    expect(refusal(() => exportVae('model', own.model, parameters, {}))).toMatchObject({
      code: 'not-finite',
      details: { tensor: 'encoder.mean.bias' },
    })
  })
})

const asKey = (part: string): string | number => (/^\d+$/.test(part) ? Number(part) : part)
