// The voxels contract: what a window draws, and what it shows of images, labels and proposals.
import { basename } from 'node:path'
import type { Handlers } from '#common/ipc/contract'
import type { EditAck, voxelsContract } from '#common/ipc/voxels'
import { acceptChange, importChange } from '../labels/change'
import { exportLabels } from '../labels/exportLabels'
import { distinctLabels, readLabelsOn } from '../labels/labelNifti'
import type { StudyService } from './studyService'

export const voxelsHandlers = (study: StudyService): Handlers<typeof voxelsContract> => ({
  slice: async ({ volumeId, k }) => study.volumes.slice(await study.source(volumeId), k),

  labelSlice: ({ volumeId, k }) => study.withLabels(volumeId, map => ({ values: map.slice(k) })),

  openLabels: ({ volumeId }) => study.withLabels(volumeId, map => map.state()),

  stroke: stroke => study.withLabels(stroke.volumeId, map => map.stroke(stroke)),

  undo: ({ volumeId }) => step(study, 'undo', volumeId),

  redo: ({ volumeId }) => step(study, 'redo', volumeId),

  setSliceState: ({ volumeId, slices, state }) => study.withLabels(volumeId, map => map.setStates(slices, state)),

  journal: ({ volumeId, limit }) => study.withLabels(volumeId, map => map.entries(limit)),

  importLabels: ({ volumeId, path, complete }, job) =>
    study.withLabels(volumeId, async (map, session) => {
      job.progress({ done: 0, total: 2 })
      const info = study.info(volumeId)
      const values = await readLabelsOn(path, info, info.description || 'the volume')
      job.progress({ done: 1, total: 2 })
      await session.addLabelsForValues(distinctLabels(values))
      const ack = await map.edit(view => importChange(view, values, basename(path), complete))
      job.progress({ done: 2, total: 2 })
      return ack
    }),

  exportLabels: ({ volumeId, out }, job) =>
    study.withLabels(volumeId, map => exportLabels(map, study.info(volumeId), out, value => job.progress(value))),

  proposalSlice: ({ proposalId, k }) => ({ values: study.proposals.slice(proposalId, k) }),

  acceptProposal: async ({ proposalId, labels }) => {
    const proposal = study.proposals.get(proposalId)
    const { volumeId, model } = proposal.facts
    const ack = await study.withLabels(volumeId, map =>
      map.edit(view =>
        acceptChange(view, { values: proposal.values, model: modelName(model) }, labels ?? proposal.labels),
      ),
    )
    // Where nothing was taken over it stays: slices may be reopened for it.
    if (ack.entry.action === 'accept') study.proposals.discard(proposalId)
    return ack
  },

  discardProposal: ({ proposalId }) => {
    study.proposals.discard(proposalId)
    return {}
  },
})

/** The journal outlives the folder a model lay in: its run or file name is what people know it by. */
const modelName = (path: string): string => path.split(/[\\/]/).slice(-2).join('/')

/** Undo of a label's removal brings the label back into the table, redo takes it out again. */
const step = (study: StudyService, action: 'undo' | 'redo', volumeId: string): Promise<EditAck> =>
  study.withLabels(volumeId, async (map, session) => {
    const { ack, target } = await map[action]()
    if (target.removedLabel) await session.replayRemoval(action, target.removedLabel)
    return ack
  })
