// The fake's study service for voxels: slices, strokes, the journal, proposals.
import type { Handlers } from '#common/ipc/contract'
import type { EditAck, voxelsContract } from '#common/ipc/voxels'
import { SagittaError } from '#common/errors'
import type { FakeWorld } from './world'

export interface VoxelEvents {
  /** The target map changed in another way than by a stroke. */
  changed(volumeId: string): void
  /** A source has labels now. */
  labelled(volumeId: string): void
}

export function voxelHandlers(world: FakeWorld, events: VoxelEvents): Handlers<typeof voxelsContract> {
  const locked = (): ReadonlySet<number> =>
    new Set(world.project?.labels.filter(label => label.locked).map(label => label.value))
  const done = (volumeId: string, ack: EditAck): EditAck => {
    events.labelled(volumeId)
    return ack
  }
  const told = (volumeId: string, ack: EditAck): EditAck => {
    events.changed(volumeId)
    return done(volumeId, ack)
  }
  const proposalOf = (id: string) => {
    const found = world.proposals.get(id)
    if (!found) throw new SagittaError('not-found', `Proposal ${id} is gone.`)
    return found
  }

  return {
    slice: ({ volumeId, k }) => {
      world.check('voxels.slice')
      const { info, voxels } = world.volume(volumeId)
      const [columns, rows] = info.size
      const values = voxels().image.slice(k * columns * rows, (k + 1) * columns * rows)
      return { columns, rows, samples: 1, values }
    },
    labelSlice: ({ volumeId, k }) => ({ values: world.labelMap(volumeId).slice(k) }),
    openLabels: ({ volumeId }) => world.labelMap(volumeId).state(),
    stroke: stroke => done(stroke.volumeId, world.labelMap(stroke.volumeId).stroke(stroke, locked())),
    undo: ({ volumeId }) => told(volumeId, world.labelMap(volumeId).undo()),
    redo: ({ volumeId }) => told(volumeId, world.labelMap(volumeId).redo()),
    setSliceState: ({ volumeId, slices, state }) => done(volumeId, world.labelMap(volumeId).setStates(slices, state)),
    journal: ({ volumeId, limit }) => world.labelMap(volumeId).entries(limit),
    importLabels: async ({ volumeId, complete }, job) => {
      world.check('voxels.importLabels')
      await world.pause(job.signal, 'Reading')
      job.progress({ done: 1, total: 1 })
      const { truth } = world.volume(volumeId).voxels()
      return told(volumeId, world.labelMap(volumeId).replace(Uint16Array.from(truth), 'import', 'Import', complete))
    },
    exportLabels: async ({ volumeId, out }, job) => {
      await world.pause(job.signal, 'Writing')
      const { counts } = world.labelMap(volumeId).state()
      return { out, bytes: 48_200, counts }
    },
    proposalSlice: ({ proposalId, k }) => {
      const { proposal, values } = proposalOf(proposalId)
      const [columns, rows] = world.volume(proposal.volumeId).info.size
      return { values: values.slice(k * columns * rows, (k + 1) * columns * rows) }
    },
    acceptProposal: ({ proposalId, labels }) => {
      const { proposal, values } = proposalOf(proposalId)
      const map = world.labelMap(proposal.volumeId)
      const next = map.values.map((before, at) => {
        const proposed = values[at]!
        return proposed !== 0 && (labels === null || labels.includes(proposed)) && !locked().has(before)
          ? proposed
          : before
      })
      world.proposals.delete(proposalId)
      return told(proposal.volumeId, map.replace(next, 'accept', `Accept ${proposal.model}`, false))
    },
    discardProposal: ({ proposalId }) => {
      world.proposals.delete(proposalId)
      return {}
    },
  }
}
