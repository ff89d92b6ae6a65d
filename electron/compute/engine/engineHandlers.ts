// The engine contract: model cards, providers, inference and plans, on the classes of this room.
import type { Handlers } from '#common/ipc/contract'
import type { engineContract } from '#common/ipc/engine'
import { latentCardOf, readLatentFile } from '../latent/latentFile'
import { cardOf, readModel } from '../modelFile/readModel'
import { importModel } from '../modelImport/importModel'
import { inspectModel } from '../modelImport/inspectModel'
import { TestedProviders } from '../providers/tested'
import { CardsFirst } from './cardsFirst'
import { planRequest } from './planRequest'
import { segmentFile } from './segmentFile'

export function engineHandlers(providers = new TestedProviders()): Handlers<typeof engineContract> {
  const cards = new CardsFirst()
  return {
    card: ({ path, origin }) =>
      cards.read(async () => {
        const latent = await readLatentFile(path)
        if (latent) return { card: latentCardOf(latent, origin), preprocessing: null }
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
      const model = await readModel(path)
      return providers.use('auto', async provider => {
        const { seconds, notices } = await segmentFile({
          model,
          header,
          out,
          session: { provider, threads: null },
          signal: job.signal,
          onProgress: (done, total, secondsLeft) => job.progress({ done, total, secondsLeft }),
        })
        return { file: out, labels: model.metadata.model.labels, seconds, provider, notices: [...notices] }
      })
    },

    plan: planRequest,
  }
}
