// The engine contract: model cards, providers, inference and plans, on the classes of this room.
import type { Handlers } from '#common/ipc/contract'
import type { engineContract } from '#common/ipc/engine'
import { unscaled } from '#common/latent/unscaled'
import { latentCardOf, readLatentFile } from '../latent/latentFile'
import { ofPixels } from '../modelFile/latentMetadata'
import { cardOf, readModel } from '../modelFile/readModel'
import { importModel } from '../modelImport/importModel'
import { inspectModel } from '../modelImport/inspectModel'
import { TestedProviders } from '../providers/tested'
import { CardsFirst } from './cardsFirst'
import { classifyFile } from './classifyFile'
import { planRequest } from './planRequest'
import { segmentFile } from './segmentFile'

export function engineHandlers(providers = new TestedProviders()): Handlers<typeof engineContract> {
  const cards = new CardsFirst()
  return {
    card: ({ path, origin }) =>
      cards.read(async () => {
        const latent = await readLatentFile(path)
        if (latent) {
          const { latent: facts } = latent.metadata
          const preprocessing = ofPixels(facts) ? unscaled(facts.preparation.crop) : null
          return { card: latentCardOf(latent, origin), preprocessing }
        }
        const model = await readModel(path)
        return { card: cardOf(model, origin), preprocessing: model.metadata.preprocessing }
      }),

    inspect: ({ file }) => inspectModel(file),

    import: async request => {
      const { file, notices } = await importModel(request)
      return { card: cardOf(file, 'imported'), notices: [...notices] }
    },

    providers: ({ again }, job) => {
      const options = {
        signal: job.signal,
        onTesting: (testing: string) => job.progress({ testing }),
        turn: () => cards.turn(),
      }
      return again ? providers.test(options) : providers.known(options)
    },

    segment: async ({ model: path, header, out }, job) => {
      const work = {
        ...{ header, out, signal: job.signal },
        onProgress: (done: number, total: number, secondsLeft: number | null) =>
          job.progress({ done, total, secondsLeft }),
      }
      const model = (await readLatentFile(path)) ? null : await readModel(path)
      return providers.use('auto', async provider => {
        const session = { provider, threads: null }
        const { labels, seconds, notices } = model
          ? await segmentFile({ ...work, model, session })
          : await classifyFile({ ...work, model: path, session })
        return { file: out, labels: [...labels], seconds, provider, notices: [...notices] }
      })
    },

    plan: planRequest,
  }
}
