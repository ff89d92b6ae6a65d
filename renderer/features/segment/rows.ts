// A proposal's labels beside the target map's: what accepting would change. Pure.
import type { Label } from '#common/ipc/project'
import type { SegmentResult } from '#common/ipc/compute'

export interface ProposalRow {
  readonly value: number
  readonly name: string
  /** CSS colour; grey when the project doesn't know the label. */
  readonly color: string
  readonly volumeMl: number | null
  readonly voxels: number
  /** Voxels of it are kept as they are when the proposal is accepted. */
  readonly locked: boolean
}

const UNKNOWN = '#9f9f9f'

export const proposalRows = (result: SegmentResult, labelByValue: ReadonlyMap<number, Label>): readonly ProposalRow[] =>
  result.labels.map(({ value, name, volumeMl, voxels }) => {
    const label = labelByValue.get(value)
    return {
      value,
      name: label?.name ?? name,
      color: label?.color ?? UNKNOWN,
      volumeMl,
      voxels,
      locked: label?.locked ?? false,
    }
  })
