// What the reproductions of autoencoders on MNIST share: the stack of Hinton & Salakhutdinov (2006) with a code of 30.
import { dirname } from 'node:path'
import type { LatentTrainConfigInput } from '#common/latent/trainConfig'
import { mnist, type Mnist } from './_mnist'
import { fixed, trained, type Reproduction, type Result, type ResultRow } from './_run'

/** 784-1000-500-250-30. */
export const STACK = { kind: 'dense', widths: [1000, 500, 250, 30], activation: 'relu' } as const
export const EPOCHS = 30

/** Adam whose rate falls over 30 epochs. */
export const stackOn = ({ train, test }: Mnist, changes: Partial<LatentTrainConfigInput>): LatentTrainConfigInput => ({
  ...{ task: 'autoencoder', dataset: train, validation: test, model: STACK, batch: 128, seed: 1, epochs: EPOCHS },
  optimizer: {
    ...{ kind: 'adam', learningRate: 1e-3 },
    schedule: { kind: 'cosine', totalSteps: EPOCHS * Math.floor(60_000 / 128) },
  },
  ...changes,
})

/** A tenth of the stack's weights beside all of them, with the row that says so. */
export async function thinStack(
  connectionsBy: 'draw' | 'pruning',
  row: Pick<ResultRow, 'row' | 'reach'>,
  reproduction: Reproduction,
): Promise<Result> {
  const data = mnist(reproduction.root)
  const dense = await stackAtOnce(data, reproduction)
  const thin = await trained(
    'thin',
    stackOn(data, { model: { ...STACK, connections: 0.1, connectionsBy } }),
    reproduction,
  )
  const [all, tenth] = [dense, thin].map(run => run.last.validation.terms!) as [Terms, Terms]
  const [before, after] = [all.reconstruction!, tenth.reconstruction!]
  const found = `${fixed(after)} with ${tenth.connections!.toLocaleString('en')} weights against ${fixed(before)}: ${fixed(after - before)} more, ${EPOCHS} epochs`
  return { rows: [{ ...row, found, seconds: thin.last.seconds }], details: { dense: dense.last, thin: thin.last } }
}

type Terms = Readonly<Record<string, number>>

/** The dense stack trained at once, which more than one reproduction compares with: trained by the first of them. */
export const stackAtOnce = (data: Mnist, reproduction: Reproduction) =>
  trained('stack-at-once', stackOn(data, {}), { ...reproduction, runs: dirname(reproduction.runs) })
