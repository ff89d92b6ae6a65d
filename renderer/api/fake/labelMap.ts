// A target map of the fake: painted, undone and counted with the very code that the study service uses.
import { applyDelta, countChanges, diff, invert, slicesOf, type Delta } from '#common/labelmap/delta'
import { strokeFootprint } from '#common/labelmap/footprint'
import { millilitres, voxelVolumesMm3 } from '#common/labelmap/measure'
import { paint } from '#common/labelmap/paint'
import { LabelStatistics } from '#common/labelmap/statistics'
import type { EditAck, JournalEntry, LabelMapState, SliceState, Stroke } from '#common/ipc/voxels'
import type { VolumeInfo } from '#common/ipc/volume'
import { SagittaError } from '#common/errors'

type Edit = { readonly delta: Delta; readonly states: readonly SliceState[]; readonly entry: JournalEntry }

export class FakeLabelMap {
  readonly values: Uint16Array<ArrayBuffer>
  private states: SliceState[]
  private readonly statistics: LabelStatistics
  private readonly journal: JournalEntry[] = []
  private readonly done: Edit[] = []
  private readonly undone: Edit[] = []

  constructor(private readonly info: VolumeInfo) {
    this.values = new Uint16Array(info.size[0] * info.size[1] * info.size[2])
    this.states = Array.from({ length: info.size[2] }, () => 'untouched')
    this.statistics = new LabelStatistics(this.values, this.plane)
  }

  private get plane(): number {
    return this.info.size[0] * this.info.size[1]
  }

  slice(k: number): Uint16Array<ArrayBuffer> {
    return this.values.slice(k * this.plane, (k + 1) * this.plane)
  }

  stroke({ k, points, radiusMm, tool, label, paintOver }: Stroke, locked: ReadonlySet<number>): EditAck {
    const { size, spacingMm } = this.info
    const shape = { columns: size[0], rows: size[1], spacingMm: [spacingMm[0], spacingMm[1]] as const }
    const footprint = strokeFootprint(shape, points, radiusMm)
    const delta = footprint
      ? paint(this.slice(k), size[0], footprint, { tool, label, paintOver, locked }, k * this.plane)
      : diff(new Uint16Array(0), new Uint16Array(0))
    return this.edit(delta, this.states, tool, label, tool === 'brush' ? 'Brush' : 'Erase')
  }

  /** Replaces all values, or those that `take` lets through. */
  replace(next: Uint16Array, action: string, text: string, complete: boolean): EditAck {
    const states = complete ? this.states.map((): SliceState => 'complete') : this.states
    return this.edit(diff(this.values, next), states, action, null, text)
  }

  setStates(slices: readonly number[], state: SliceState): EditAck {
    const states = this.states.map((before, k) => (slices.includes(k) ? state : before))
    return this.edit(diff(new Uint16Array(0), new Uint16Array(0)), states, 'state', null, `Slices ${state}`)
  }

  undo(): EditAck {
    const edit = this.done.pop()
    if (!edit) throw new SagittaError('nothing-to-undo', 'Nothing is left to undo.')
    const before = this.states
    this.change(invert(edit.delta), edit.states)
    this.undone.push({ ...edit, states: before })
    this.journal[this.journal.indexOf(edit.entry)] = { ...edit.entry, undone: true }
    return this.ack({ ...edit.entry, undone: true }, edit.delta)
  }

  redo(): EditAck {
    const edit = this.undone.pop()
    if (!edit) throw new SagittaError('nothing-to-undo', 'Nothing is left to redo.')
    const before = this.states
    this.change(edit.delta, edit.states)
    this.done.push({ ...edit, states: before })
    return this.ack(edit.entry, edit.delta)
  }

  /** Newest first. */
  entries(limit: number): JournalEntry[] {
    return [...this.journal].reverse().slice(0, limit)
  }

  state(): LabelMapState {
    const voxelMm3 = voxelVolumesMm3(this.info)
    return {
      volumeId: this.info.id,
      seq: this.journal.length,
      counts: this.statistics.counts().map(({ value, voxels }) => ({
        value,
        voxels,
        volumeMl: millilitres(k => this.statistics.onSlice(k, value), voxelMm3),
      })),
      states: [...this.states],
      sliceLabels: this.statistics.sliceLabels().map(values => [...values]),
      canUndo: this.done.length > 0,
      canRedo: this.undone.length > 0,
      journalBytes: this.journal.length * 180,
      journalEdits: this.journal.length,
    }
  }

  private edit(delta: Delta, states: SliceState[], action: string, label: number | null, text: string): EditAck {
    const { added, removed } = countChanges(delta)
    const slices = slicesOf(delta, this.plane)
    const entry: JournalEntry = {
      seq: this.journal.length + 1,
      at: new Date().toISOString(),
      who: 'anna',
      action,
      label,
      k: slices[0] ?? null,
      slices: slices.length,
      voxelsAdded: added,
      voxelsRemoved: removed,
      text,
      undone: false,
    }
    const before = this.states
    this.change(delta, states)
    this.journal.push(entry)
    this.done.push({ delta, states: before, entry })
    this.undone.length = 0
    return this.ack(entry, delta)
  }

  private change(delta: Delta, states: readonly SliceState[]): void {
    applyDelta(this.values, delta)
    this.statistics.apply(delta)
    this.states = [...states]
  }

  private ack(entry: JournalEntry, delta: Delta): EditAck {
    return { entry, state: this.state(), changedSlices: slicesOf(delta, this.plane) }
  }
}
