// What models proposed and nobody has accepted or discarded yet: label maps in memory, in the project's label values.
import { randomUUID } from 'node:crypto'
import { SagittaError } from '#common/errors'
import type { VolumeInfo } from '#common/ipc/volume'
import type { Proposal } from '#common/ipc/voxels'
import { millilitres, voxelVolumesMm3 } from '#common/labelmap/measure'
import { LabelStatistics } from '#common/labelmap/statistics'

export interface KeptProposal {
  readonly facts: Proposal
  readonly info: VolumeInfo
  readonly values: Uint16Array
  /** Every label the model can give, also those it found nowhere. */
  readonly labels: readonly number[]
}

export class Proposals {
  private readonly kept = new Map<string, KeptProposal>()

  /** Keeps a model's label map; an older proposal for the same volume goes. */
  keep(info: VolumeInfo, model: string, values: Uint16Array, labels: readonly number[]): Proposal {
    for (const [id, old] of this.kept) if (old.info.id === info.id) this.kept.delete(id)
    const statistics = new LabelStatistics(values, info.size[0] * info.size[1])
    const voxelMm3 = voxelVolumesMm3(info)
    const facts: Proposal = {
      proposalId: randomUUID(),
      volumeId: info.id,
      model,
      counts: statistics.counts().map(({ value, voxels }) => ({
        value,
        voxels,
        volumeMl: millilitres(k => statistics.onSlice(k, value), voxelMm3),
      })),
      sliceLabels: statistics.sliceLabels().map(found => [...found]),
    }
    this.kept.set(facts.proposalId, { facts, info, values, labels })
    return facts
  }

  /** @throws not-found when it was accepted, discarded or replaced */
  get(proposalId: string): KeptProposal {
    const proposal = this.kept.get(proposalId)
    if (proposal) return proposal
    throw new SagittaError(
      'not-found',
      'This proposal is gone: it was accepted, discarded or replaced. Run the model again.',
      {
        proposalId,
      },
    )
  }

  /** Label values of slice k, a copy. */
  slice(proposalId: string, k: number): Uint16Array<ArrayBuffer> {
    const { values, info } = this.get(proposalId)
    const perSlice = info.size[0] * info.size[1]
    if (k >= info.size[2])
      throw new SagittaError('request-invalid', `There is no slice ${k + 1}: the volume has ${info.size[2]} slices.`)
    return values.slice(k * perSlice, (k + 1) * perSlice)
  }

  discard(proposalId: string): void {
    this.kept.delete(proposalId)
  }

  clear(): void {
    this.kept.clear()
  }
}
