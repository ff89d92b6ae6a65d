// What the reproductions of autoencoders on MNIST share: the stack of Hinton & Salakhutdinov (2006) with a code of 30.
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import type { Mnist } from './_mnist'

/** 784-1000-500-250-30. */
export const STACK = { kind: 'dense', widths: [1000, 500, 250, 30], activation: 'relu' } as const

export const stackOn = ({ train, test }: Mnist, changes: Partial<LatentTrainConfigInput>): LatentTrainConfigInput => ({
  ...{ task: 'autoencoder', dataset: train, validation: test, model: STACK, batch: 128, seed: 1 },
  optimizer: { kind: 'adam', learningRate: 1e-3 },
  ...changes,
})
