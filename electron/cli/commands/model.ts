// `sagitta model show MODEL`, `sagitta model check MODEL` and `sagitta model import FILE`
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import { checkModel, cardOf, importModel, latentCardOf, readLatentFile, readModel } from '#compute/index'
import { readArguments, required, UsageError, type Command } from '../command'

export const model: Command = {
  name: 'model',
  usage: `model show MODEL
model check MODEL
  show: what the model is for, what it does to images, where it comes from. check: whether every processor answers as the CPU does.`,

  async run(argv, io) {
    const { positionals } = readArguments(argv, ['show or check', 'MODEL'], {})
    const [action, path] = positionals as [string, string]
    if (action !== 'show' && action !== 'check')
      throw new UsageError(`There is no "model ${action}". There are: show, check.`)
    const latent = await readLatentFile(path)
    if (latent && action === 'show') {
      const card = latentCardOf(latent, 'imported')
      io.print(`${card.name}: ${card.description}`)
      return { card, ...latent.metadata }
    }
    const file = await readModel(path)
    const card = cardOf(file, 'imported')
    if (action === 'show') {
      io.print(`${card.name}: ${card.description}${card.caveat === null ? '' : ` (${card.caveat})`}`)
      for (const { value, name } of card.labels) io.print(`${value} ${name}`)
      return { card, ...file.metadata }
    }
    const checks = await checkModel(file, { signal: io.signal, onTesting: name => io.log(`Testing ${name}`) })
    for (const { provider, agrees, reason } of checks)
      io.print(`${provider}: ${agrees ? 'agrees' : 'not usable'}, ${reason}`)
    return { model: path, providers: checks }
  },
}

export const modelImport: Command = {
  name: 'model import',
  usage: `model import FILE --out MODEL.onnx [--card CARD.json]
  Takes in a segmentation model made elsewhere. The card says what the file does not (docs/format.md). Without --card the one inside is kept;
  where there is none, the error names every field, with examples.`,

  async run(argv, io) {
    const { positionals, values } = readArguments(argv, ['FILE'], {
      card: { type: 'string' },
      out: { type: 'string' },
    })
    const out = resolve(required(values.out, '--out MODEL.onnx'))
    const card = values.card === undefined ? null : await readJson(values.card)
    const { file, notices } = await importModel({ file: positionals[0]!, card, out })
    const imported = cardOf(file, 'imported')
    io.print(`${imported.name}: ${imported.description}`)
    for (const { value, name } of imported.labels) io.print(`${value} ${name}`)
    for (const notice of notices) io.log(notice)
    return { out, card: imported, ...file.metadata, notices }
  },
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SagittaError('config-invalid', `${path} is not JSON: ${(cause as Error).message}`, { path }, { cause })
  }
}
