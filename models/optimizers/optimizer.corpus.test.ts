// Optimisers against trajectories that PyTorch computed (../shared/golden).
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { descend } from '../testing/quadratic'
import { optimizerSchema, type OptimizerInput } from './config'

const GOLDEN = new URL('../../../shared/golden/torch-ops.json', import.meta.url)
const present = existsSync(GOLDEN)
if (!present)
  console.warn('SKIPPED: ../shared/golden/torch-ops.json is absent, optimisers were not compared with PyTorch.')

const schema = z.object({
  optimizers: z.array(
    z.object({
      name: z.string(),
      start: z.array(z.number()),
      a: z.array(z.number()),
      c: z.array(z.number()),
      trajectory: z.array(z.array(z.number())),
    }),
  ),
})

const CONFIGS: Readonly<Record<string, OptimizerInput>> = {
  sgd: { kind: 'sgd', learningRate: 0.1 },
  sgdNesterov: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, nesterov: true },
  sgdMomentumDecay: { kind: 'sgd', learningRate: 0.1, momentum: 0.9, weightDecay: 0.01 },
  adam: { kind: 'adam', learningRate: 0.1 },
  adamW: { kind: 'adamW', learningRate: 0.1, weightDecay: 0.05 },
}

describe.skipIf(!present)('optimisers like PyTorch', () => {
  const cases = present ? schema.parse(JSON.parse(readFileSync(GOLDEN, 'utf8'))).optimizers : []
  it('has a config for every trajectory', () => {
    expect(cases.map(({ name }) => name).sort()).toEqual(Object.keys(CONFIGS).sort())
  })
  it.each(cases)('$name', async ({ name, trajectory, ...bowl }) => {
    const { path } = await descend(bowl, optimizerSchema.parse(CONFIGS[name]), trajectory.length)
    path.forEach((row, step) =>
      row.forEach((value, k) => {
        const expected = trajectory[step]![k]!
        expect(Math.abs(value - expected) / Math.max(1e-2, Math.abs(expected)), `step ${step + 1}`).toBeLessThan(1e-4)
      }),
    )
  })
})
