// `sagitta model show MODEL` and `sagitta model check MODEL`
import { checkModel, cardOf, latentCardOf, readLatentFile, readModel } from '#compute/index'
import { readArguments, UsageError, type Command } from '../command'

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
