// `sagitta train CONFIG.json --out RUN [--resume]`
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import { SagittaError } from '#common/errors'
import { trainConfigSchema, type TrainConfig } from '#common/ipc/training'
import { readArguments, UsageError, type Command } from '../command'
import { openCase, pathsFrom } from './labelledCase'
import { trainCases } from './trainCases'
import { learnsCodes, trainImages } from './trainImages'

export const train: Command = {
  name: 'train',
  usage: `train CONFIG.json --out RUN [--resume]
  Trains the network that CONFIG describes (task unet, autoencoder, vae, layerwise or classifier) and writes the run folder RUN;
  what CONFIG leaves open is chosen from the data.
  --resume goes on from RUN's last checkpoint. Ctrl+C stops and keeps the best model.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['CONFIG.json'], {
      out: { type: 'string' },
      resume: { type: 'boolean', default: false },
    })
    if (values.out === undefined) throw new UsageError('--out RUN is missing.')
    const [path] = positionals as [string]
    const content = parseJson(path, await readFile(path, 'utf8'))
    if (learnsCodes(content)) return trainImages(path, content, { out: values.out, resume: values.resume, io })
    const config = parseConfig(path, content)
    const cases = []
    for (const one of config.dataset.cases) cases.push(await openCase(one, pathsFrom(path), io))
    const { result } = await trainCases({ config, cases, folder: resolve(values.out), resume: values.resume, io })
    io.print(
      `${result.model}\nbest epoch ${result.best.epoch}, mean Dice ${result.best.metrics.meanDice?.toFixed(3) ?? 'n/a'}`,
    )
    return result
  },
}

/** @throws config-invalid naming the fields. */
function parseConfig(path: string, content: unknown): TrainConfig {
  const parsed = trainConfigSchema.safeParse(content)
  if (parsed.success) return parsed.data
  throw new SagittaError('config-invalid', `${path} is not a training config: ${z.prettifyError(parsed.error)}`, {
    file: path,
    issues: parsed.error.issues.map(({ path: at, message }) => ({ path: at.join('.'), message })),
  })
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw new SagittaError('corrupt-file', `${path} is not JSON: ${String(thrown)}`, { file: path }, { cause: thrown })
  }
}
