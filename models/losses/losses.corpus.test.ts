// Losses and their gradients against PyTorch (../shared/golden), through the same functions that programs use.
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { diagonalPosterior, fullPosterior } from '../architectures/vae'
import { gradients } from '../autodiff'
import { constant, createGraph, full, input, type Value } from '../ir'
import { reduceMean } from '../ops'
import { divergenceOf } from '../programs/vae'
import { expectClose } from '../testing/compare'
import { runGraph } from '../testing/run'
import { crossEntropy } from './crossEntropy'
import { softDice } from './overlap'
import { compareWithTarget, type Head } from './target'

const GOLDEN = new URL('../../../shared/golden/torch-ops.json', import.meta.url)
const present = existsSync(GOLDEN)
if (!present) console.warn('SKIPPED: ../shared/golden/torch-ops.json is absent, losses were not compared with PyTorch.')

const tensor = z.object({ shape: z.array(z.number()), data: z.array(z.number()) })
const schema = z.object({
  cases: z.array(z.object({ name: z.string(), inputs: z.array(tensor), output: tensor, gradients: z.array(tensor) })),
})

const listedIn = (name: string) => z.array(z.number()).parse(JSON.parse(/\[.*\]/.exec(name)?.[0] ?? 'null'))

describe.skipIf(!present)('losses like PyTorch', () => {
  const cases = present ? schema.parse(JSON.parse(readFileSync(GOLDEN, 'utf8'))).cases : []
  const named = (start: string) => cases.find(({ name }) => name.startsWith(start))!

  const compared = (head: Head, logits: Value, listed: readonly number[]) => {
    const shape = logits.shape as number[]
    const [batch, , ...space] = shape
    const target =
      head === 'softmax'
        ? constant(Int32Array.from(listed), [batch!, ...space])
        : constant(Float32Array.from(listed), shape)
    return compareWithTarget(head, logits, target, full([batch!, ...space], 1))
  }

  async function check(start: string, build: (values: readonly Value[]) => Value) {
    const { inputs, output, gradients: expected } = named(start)
    const values = inputs.map(({ shape }, i) => input(`x${i}`, 'float32', shape))
    const loss = build(values)
    const found = gradients(loss, values)
    const results = await runGraph(
      createGraph(Object.fromEntries(values.map((value, i) => [`x${i}`, value])), {
        loss,
        ...Object.fromEntries(found.map((value, i) => [`gradient${i}`, value])),
      }),
      Object.fromEntries(inputs.map(({ data }, i) => [`x${i}`, Float32Array.from(data)])),
    )
    expectClose(results.loss!.data as Float32Array, output.data, 1e-4, 'loss')
    expected.forEach(({ data }, i) =>
      expectClose(results[`gradient${i}`]!.data as Float32Array, data, 1e-4, `gradient ${i}`),
    )
  }

  it('cross entropy', () =>
    check('crossEntropy', ([x]) => crossEntropy(compared('softmax', x!, listedIn(named('crossEntropy').name)), null)))
  it('binary cross entropy', () =>
    check('bceWithLogits', ([x]) => crossEntropy(compared('sigmoid', x!, listedIn(named('bceWithLogits').name)), null)))
  it('soft Dice', () =>
    check('softDice', ([x]) => softDice(compared('softmax', x!, listedIn(named('crossEntropy').name)), 1)))
  it('KL of a diagonal Gaussian', () =>
    check('klDiagonal', ([mean, raw]) => reduceMean(divergenceOf(diagonalPosterior(mean!, raw!)).perSample)))
  it('KL of a full Gaussian', () =>
    check('klFull', ([mean, raw]) => reduceMean(divergenceOf(fullPosterior(mean!, raw!)).perSample)))

  it('knows the cases it compares', () => {
    for (const start of ['crossEntropy', 'bceWithLogits', 'softDice', 'klDiagonal', 'klFull'])
      expect(named(start)).toBeDefined()
  })
})
