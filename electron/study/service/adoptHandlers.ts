// The adopt contract: a model's raw label map becomes a proposal in the project's own label values.
import { SagittaError } from '#common/errors'
import type { Handlers } from '#common/ipc/contract'
import type { adoptContract } from '#common/ipc/engine'
import { readRawLabels } from './rawLabels'
import type { StudyService } from './studyService'

export const adoptHandlers = (study: StudyService): Handlers<typeof adoptContract> => ({
  proposal: ({ volumeId, model, file, labels }, job) =>
    study.withLabels(volumeId, async (_, session) => {
      const info = study.info(volumeId)
      const [columns, rows, slices] = info.size
      const values = await readRawLabels(file, columns * rows * slices)
      job.progress({ done: 1, total: 2 })
      const adopted = await session.adoptLabels(labels)
      translate(values, new Map(labels.map(({ value }, index) => [value, adopted[index]!])), file)
      job.progress({ done: 2, total: 2 })
      return study.proposals.keep(info, model, values, adopted)
    }),
})

/** The model's values to the project's, in place. @throws label-values-unexpected when the model's own table lacks one */
function translate(values: Uint16Array, table: ReadonlyMap<number, number>, file: string): void {
  const lookup = new Int32Array(65536).fill(-1)
  lookup[0] = 0
  for (const [from, to] of table) lookup[from] = to
  for (let n = 0; n < values.length; n++) {
    const to = lookup[values[n]!]!
    if (to < 0)
      throw new SagittaError(
        'label-values-unexpected',
        `${file} holds the value ${values[n]}, which the model's label table lacks.`,
        {
          path: file,
          value: values[n],
        },
      )
    values[n] = to
  }
}
