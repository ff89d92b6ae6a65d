// The engine contract: model cards, providers, inference and plans, on the classes of this room.
import type { Handlers } from '#common/ipc/contract'
import type { engineContract } from '#common/ipc/engine'
import { latentCardOf, readLatentFile } from '../latent/latentFile'
import { cardOf, readModel } from '../modelFile/readModel'
import { TestedProviders } from '../providers/tested'
import { planRequest } from './planRequest'
import { segmentFile } from './segmentFile'

export function engineHandlers(providers = new TestedProviders()): Handlers<typeof engineContract> {
  return {
    card: async ({ path, origin }) => {
      const latent = await readLatentFile(path)
      if (latent) return { card: latentCardOf(latent, origin), preprocessing: null }
      const model = await readModel(path)
      return { card: cardOf(model, origin), preprocessing: model.metadata.preprocessing }
    },

    providers: (_, job) => providers.test({ signal: job.signal, onTesting: testing => job.progress({ testing }) }),

    segment: async ({ model: path, header, out }, job) => {
      const model = await readModel(path)
      const { provider } = await providers.choose('auto')
      const { seconds, notices } = await segmentFile({
        model,
        header,
        out,
        session: { provider, threads: null },
        signal: job.signal,
        onProgress: (done, total, secondsLeft) => job.progress({ done, total, secondsLeft }),
      })
      return { file: out, labels: model.metadata.model.labels, seconds, provider, notices: [...notices] }
    },

    plan: planRequest,
  }
}
