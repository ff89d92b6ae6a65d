// What an edit will change, worked out from a request before anything is written.
import { SagittaError } from '#common/errors'
import type { Label } from '#common/ipc/project'
import type { SliceState, Stroke } from '#common/ipc/voxels'
import { DeltaBuilder, slicesOf, type Delta } from '#common/labelmap/delta'
import { strokeFootprint } from '#common/labelmap/footprint'
import { merge, without } from '#common/labelmap/merge'
import { paint } from '#common/labelmap/paint'
import { stateRuns, type EditRecord, type StateRun } from './record'

/** The map as it is when the edit's turn has come. */
export interface MapView {
  readonly values: Uint16Array
  readonly states: readonly SliceState[]
  readonly size: readonly [number, number, number]
  readonly spacingMm: readonly [number, number, number]
  readonly table: readonly Label[]
}

export interface Change {
  readonly action: string
  readonly label: number | null
  /** Sentence for people. */
  readonly text: string
  /** Said instead when nothing changes. */
  readonly nothing: string
  readonly delta: Delta
  readonly states: readonly StateRun[]
  readonly extra: Pick<EditRecord, 'target' | 'model' | 'removedLabel'>
}

const NO_VOXELS = new DeltaBuilder().done()

export const lockedOf = (table: readonly Label[]): Set<number> =>
  new Set(table.filter(label => label.locked).map(label => label.value))

const nameOf = (table: readonly Label[], value: number): string =>
  table.find(label => label.value === value)?.name ?? `label ${value}`

/** @throws label-unknown, label-locked, request-invalid (no such slice) */
export function strokeChange(map: MapView, stroke: Stroke): Change {
  const { table, size } = map
  const { label, tool, k } = stroke
  checkSlice(map, k)
  if (tool === 'brush' && label === null)
    throw new SagittaError('label-unknown', 'The brush has no label. Choose one in the label list first.')
  if (label !== null) checkEditable(table, label)
  const [columns, rows] = size
  const first = k * columns * rows
  const shape = { columns, rows, spacingMm: [map.spacingMm[0], map.spacingMm[1]] as const }
  const footprint = strokeFootprint(shape, stroke.points, stroke.radiusMm)
  const slice = map.values.subarray(first, first + columns * rows)
  const rule = { tool, label, paintOver: stroke.paintOver, locked: lockedOf(table) }
  const what = label === null ? 'all labels' : nameOf(table, label)
  return {
    action: tool,
    label,
    text: `${tool === 'brush' ? 'Brush' : 'Eraser'}, ${what}`,
    nothing:
      tool === 'brush'
        ? `Nothing painted: the voxels under the brush are ${what} already, or may not be painted over.`
        : `Nothing erased: no voxel of ${what} that is not locked lies under the eraser.`,
    delta: footprint ? paint(slice, columns, footprint, rule, first) : NO_VOXELS,
    states: [],
    extra: {},
  }
}

/** @throws request-invalid when there is no such slice. */
export function stateChange(map: MapView, slices: readonly number[], state: SliceState): Change {
  for (const k of slices) checkSlice(map, k)
  const states = stateRuns(slices, map.states, state)
  return {
    action: 'state',
    label: null,
    text: `${sliceNames(states)} ${state}`,
    nothing: `The slices are ${state} already.`,
    delta: NO_VOXELS,
    states,
    extra: {},
  }
}

/** A proposal, taken over on every slice that no person has completed. Locked labels keep their voxels. */
export function acceptChange(
  map: MapView,
  proposal: { values: Uint16Array; model: string },
  labels: readonly number[],
): Change {
  const [columns, rows] = map.size
  const delta = merge(map.values, proposal.values, columns * rows, {
    takes: label => labels.includes(label),
    locked: lockedOf(map.table),
    keepSlice: k => map.states[k] === 'complete',
  })
  const kept = map.states.filter(state => state === 'complete').length
  const keeps = kept === 0 ? '' : `; ${kept} completed ${kept === 1 ? 'slice stays' : 'slices stay'} as drawn`
  return {
    action: 'accept',
    label: labels.length === 1 ? labels[0]! : null,
    text: `Accepted from ${proposal.model}${keeps}`,
    nothing:
      kept === map.size[2]
        ? `Nothing accepted: all ${kept} slices are complete and stay as drawn. Reopen the slices that ${proposal.model} may change.`
        : `Nothing to accept: the proposal of ${proposal.model} equals the labels on every slice that is not complete.`,
    delta,
    states: [],
    extra: { model: proposal.model },
  }
}

/**
 * A label map from a file in place of the current one. Slices it changes are `complete` afterwards only when the caller says so.
 * @throws label-locked when a locked label would change.
 */
export function importChange(map: MapView, values: Uint16Array, file: string, complete: boolean): Change {
  const [columns, rows, slices] = map.size
  const everything = { takes: () => true, locked: new Set<number>(), keepSlice: () => false }
  const delta = merge(map.values, values, columns * rows, everything)
  const locked = lockedOf(map.table)
  const hit = delta.before.find(value => locked.has(value)) ?? delta.after.find(value => locked.has(value))
  if (hit !== undefined) checkEditable(map.table, hit)
  const touched = complete
    ? Array.from({ length: slices }, (_, k) => k)
    : slicesOf(delta, columns * rows).filter(k => map.states[k] === 'complete')
  return {
    action: 'import',
    label: null,
    text: `Imported from ${file}`,
    nothing: `${file} equals the labels already here.`,
    delta,
    states: stateRuns(touched, map.states, complete ? 'complete' : 'untouched'),
    extra: {},
  }
}

export function removeLabelChange(map: MapView, label: Label): Change {
  return {
    action: 'label',
    label: label.value,
    text: `Removed label ${label.name}`,
    nothing: `${label.name} has no voxels.`,
    delta: without(map.values, label.value),
    states: [],
    extra: { removedLabel: label },
  }
}

function checkSlice({ size }: MapView, k: number): void {
  if (k >= size[2])
    throw new SagittaError('request-invalid', `There is no slice ${k + 1}: the volume has ${size[2]} slices.`)
}

function checkEditable(table: readonly Label[], value: number): void {
  const label = table.find(entry => entry.value === value)
  if (!label) throw new SagittaError('label-unknown', `Label ${value} is not in the label list.`, { label: value })
  if (label.locked)
    throw new SagittaError('label-locked', `${label.name} is locked. Unlock it or choose another label.`, {
      label: value,
    })
}

/** "Slice 12", "Slices 3 to 9", "7 slices"; counted from 1, as the views do. */
function sliceNames(states: readonly StateRun[]): string {
  const [run] = states
  if (!run) return 'No slice'
  const same = states.every((next, index) => index === 0 || next.k === states[index - 1]!.k + states[index - 1]!.count)
  const count = states.reduce((sum, { count: slices }) => sum + slices, 0)
  if (count === 1) return `Slice ${run.k + 1}`
  return same ? `Slices ${run.k + 1} to ${run.k + count}` : `${count} slices`
}
