import { describe, expect, it } from 'vitest'
import { autoencoderConfigSchema } from './autoencoderConfig'
import { unetConfigSchema } from './unetConfig'
import { vaeConfigSchema } from './vaeConfig'

const refusal = (result: { success: boolean; error?: { issues: readonly { message: string }[] } }) =>
  result.success ? null : (result.error?.issues.map(issue => issue.message).join(' ') ?? '')

describe('U-Net config', () => {
  it('has defaults for everything', () => {
    expect(unetConfigSchema.parse({})).toMatchObject({
      dimensions: 2,
      depth: 4,
      width: 16,
      normalisation: 'instance',
      head: 'softmax',
    })
  })
  it.each([
    { channels: 0 },
    { classes: 0 },
    { depth: 0 },
    { width: -1 },
    { dropout: 1 },
    { dimensions: 4 },
    { wdith: 3 },
  ])('refuses %o', config => {
    expect(unetConfigSchema.safeParse(config).success).toBe(false)
  })
  it('refuses a softmax over one class and says what to do', () => {
    expect(refusal(unetConfigSchema.safeParse({ classes: 1 }))).toContain('sigmoid')
    expect(unetConfigSchema.safeParse({ classes: 1, head: 'sigmoid' }).success).toBe(true)
  })
})

describe('autoencoder config', () => {
  it('refuses an output activation that cannot reach the data, with the remedy', () => {
    const config = { kind: 'dense', shape: [784], widths: [30], outputActivation: 'sigmoid', dataRange: [-1, 1] }
    const message = refusal(autoencoderConfigSchema.safeParse(config))
    expect(message).toContain('sigmoid reaches 0 to 1')
    expect(message).toContain('tanh')
    expect(autoencoderConfigSchema.safeParse({ ...config, outputActivation: 'tanh' }).success).toBe(true)
  })
  it('refuses unit-norm columns of a decoder that is the encoder', () => {
    const config = { kind: 'dense', shape: [784], widths: [30], tied: true, unitNormDecoder: true }
    expect(refusal(autoencoderConfigSchema.safeParse(config))).toContain('Tied weights')
  })
})

describe('VAE config', () => {
  it('refuses a Bernoulli likelihood of unbounded data', () => {
    expect(
      refusal(vaeConfigSchema.safeParse({ shape: [784], likelihood: 'bernoulli', dataRange: [0, 255] })),
    ).toContain('Bernoulli')
  })
  it('refuses convolutions over a vector', () => {
    expect(refusal(vaeConfigSchema.safeParse({ shape: [784], network: { kind: 'convolutional' } }))).toContain(
      '[channels, height, width]',
    )
  })
})
