// One open label map: the voxels, what each slice is, and the journal behind them. Edits run one after the other; an edit counts once it is recorded.
import { join } from 'node:path'
import { SagittaError, asSagittaError } from '#common/errors'
import type { Label } from '#common/ipc/project'
import type { EditAck, JournalEntry, LabelMapState, SliceState, Stroke } from '#common/ipc/voxels'
import type { VolumeInfo, Warning } from '#common/ipc/volume'
import { applyDelta, countChanges, invert, isEmpty, slicesOf } from '#common/labelmap/delta'
import { millilitres, voxelVolumesMm3 } from '#common/labelmap/measure'
import { LabelStatistics } from '#common/labelmap/statistics'
import { JOURNAL_FOLDER, journalName } from '#common/project/layout'
import { Queue } from '../storage/queue'
import { stateChange, strokeChange, type Change, type MapView } from './change'
import { History } from './history'
import { Journal } from './journal'
import { asEntry, invertStates, packDelta, unpackDelta, type EditRecord, type StateRun } from './record'
import { readSnapshot, writeSnapshot, type LabelFiles, type SnapshotPlace, type SnapshotPointer } from './snapshot'

/** Above this, the payloads of the oldest edits are compacted into a snapshot: about a million brush strokes. */
export const PAYLOAD_BUDGET_BYTES = 32 * 1024 * 1024

export interface LabelMapOptions {
  /** The volume the labels belong to: its id, grid and geometry hash. */
  readonly info: VolumeInfo
  /** Project folder. */
  readonly folder: string
  readonly snapshot: SnapshotPointer | null
  readonly files: LabelFiles
  /** Writes the pointer to a new snapshot into project.json. */
  point(pointer: SnapshotPointer): Promise<void>
  /** The label table now. */
  table(): readonly Label[]
  /** Name written into the journal. */
  who(): string
  /** Told what went wrong beside an edit that itself succeeded: an fsync, a compaction. */
  onTrouble(error: Error): void
  readonly budgetBytes?: number
}

export class LabelMap {
  readonly warnings: Warning[] = []
  private readonly queue = new Queue()
  private readonly history = new History()
  private readonly statistics: LabelStatistics
  private readonly sliceStates: SliceState[]
  private readonly voxelMm3: Float64Array | null
  private compactAtBytes: number

  private constructor(
    private readonly options: LabelMapOptions,
    private readonly journal: Journal,
    /** Label value per voxel, index i + columns * (j + rows * k). Only edits change it. */
    readonly values: Uint16Array,
    private snapshot: SnapshotPointer | null,
  ) {
    const [columns, rows, slices] = options.info.size
    this.sliceStates = new Array<SliceState>(slices).fill('untouched')
    for (const record of journal.records) {
      if (record.seq > (snapshot?.seq ?? 0)) applyDelta(values, unpackDelta(record))
      this.applyStates(record.states ?? [])
      this.history.push(record)
    }
    const isNew = snapshot === null && journal.records.length === 0
    this.statistics = new LabelStatistics(values, columns * rows, isNew)
    this.voxelMm3 = voxelVolumesMm3(options.info)
    this.compactAtBytes = options.budgetBytes ?? PAYLOAD_BUDGET_BYTES
  }

  /** @throws grid-mismatch when the labels belong to another grid; project-corrupt, naming the file. Nothing is changed then. */
  static async open(options: LabelMapOptions): Promise<LabelMap> {
    const { info, folder, snapshot } = options
    const path = join(folder, JOURNAL_FOLDER, journalName(info.id))
    const header = {
      format: 'sagitta-journal' as const,
      version: 1 as const,
      volumeId: info.id,
      size: info.size,
      geometryHash: info.geometryHash,
    }
    const { journal, warnings } = await Journal.open(path, header, error => options.onTrouble(error))
    if (snapshot && snapshot.seq > journal.seq)
      throw new SagittaError(
        'project-corrupt',
        `${path} ends at entry ${journal.seq}, but the snapshot ${snapshot.file} was made after entry ${snapshot.seq}. Nothing was changed. Put back a copy of the project from a backup.`,
        { file: path, seq: journal.seq, snapshot: snapshot.seq },
      )
    const values = await readSnapshot(placeOf(options), snapshot)
    try {
      const map = new LabelMap(options, journal, values, snapshot)
      map.warnings.push(...warnings)
      return map
    } catch (thrown) {
      await journal.close()
      if (!(thrown instanceof SagittaError) || thrown.code !== 'corrupt-file') throw thrown
      throw new SagittaError(
        'project-corrupt',
        `${path}: ${thrown.message} Nothing was changed.`,
        { file: path },
        { cause: thrown },
      )
    }
  }

  get states(): readonly SliceState[] {
    return this.sliceStates
  }

  /** Last recorded edit. */
  get seq(): number {
    return this.journal.seq
  }

  voxelsOf(value: number): number {
    return this.statistics.voxelsOf(value)
  }

  /** A copy of slice k, row-major. @throws request-invalid when there is no such slice. */
  slice(k: number): Uint16Array<ArrayBuffer> {
    const [columns, rows, slices] = this.options.info.size
    if (k >= slices)
      throw new SagittaError('request-invalid', `There is no slice ${k + 1}: the volume has ${slices} slices.`)
    return this.values.slice(k * columns * rows, (k + 1) * columns * rows)
  }

  state(): LabelMapState {
    return {
      volumeId: this.options.info.id,
      seq: this.journal.seq,
      counts: this.statistics.counts().map(({ value, voxels }) => ({
        value,
        voxels,
        volumeMl: millilitres(k => this.statistics.onSlice(k, value), this.voxelMm3),
      })),
      states: [...this.sliceStates],
      sliceLabels: this.statistics.sliceLabels().map(labels => [...labels]),
      canUndo: this.invertible(this.history.nextUndo) !== null,
      canRedo: this.invertible(this.history.nextRedo) !== null,
      journalBytes: this.journal.bytes,
      journalEdits: this.journal.seq,
    }
  }

  /** Newest first. */
  entries(limit: number): JournalEntry[] {
    return this.journal.records
      .slice(-limit)
      .reverse()
      .map(record => asEntry(record, this.history.isUndone(record.seq)))
  }

  /** Each of these resolves once the edit is recorded. @throws disk-full, not-writable: then it does not hold, and all earlier edits do. */
  stroke(stroke: Stroke): Promise<EditAck> {
    return this.edit(map => strokeChange(map, stroke))
  }

  setStates(slices: readonly number[], state: SliceState): Promise<EditAck> {
    return this.edit(map => stateChange(map, slices, state))
  }

  /** Works out a change when its turn has come, then records and applies it. */
  edit(work: (map: MapView) => Change): Promise<EditAck> {
    return this.queue.run(() => this.commit(work(this.view())))
  }

  /** @throws nothing-to-undo */
  undo(): Promise<{ ack: EditAck; target: EditRecord }> {
    return this.queue.run(() => this.step('undo', this.history.nextUndo))
  }

  /** @throws nothing-to-undo when the last step was no undo */
  redo(): Promise<{ ack: EditAck; target: EditRecord }> {
    return this.queue.run(() => this.step('redo', this.history.nextRedo))
  }

  /** The map as NIfTI in labels/, so that opening it again is quick and other programs can read it. Nothing to do when it is there already. */
  saveSnapshot(): Promise<void> {
    return this.queue.run(() => this.takeSnapshot())
  }

  /** Finishes edits, leaves a snapshot and closes the journal. What fails here is told, not thrown: the journal holds every acknowledged edit. */
  async close(): Promise<void> {
    await this.queue.idle()
    await this.telling(() => this.takeSnapshot())
    await this.telling(() => this.journal.close())
  }

  private async telling(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      this.options.onTrouble(asSagittaError(thrown))
    }
  }

  private view(): MapView {
    const { size, spacingMm } = this.options.info
    return { values: this.values, states: this.sliceStates, size, spacingMm, table: this.options.table() }
  }

  private async commit(change: Change): Promise<EditAck> {
    const [columns, rows] = this.options.info.size
    const changedSlices = slicesOf(change.delta, columns * rows)
    const touched = [...changedSlices, ...change.states.map(run => run.k)]
    const { added, removed } = countChanges(change.delta)
    const record: EditRecord = {
      seq: this.journal.seq + 1,
      at: new Date().toISOString(),
      who: this.options.who(),
      action: change.action,
      label: change.label,
      k: touched.length > 0 ? Math.min(...touched) : null,
      slices: changedSlices.length + change.states.reduce((sum, run) => sum + run.count, 0),
      added,
      removed,
      text: change.text,
      ...change.extra,
      ...(change.states.length > 0 ? { states: [...change.states] } : {}),
      payload: await packDelta(change.delta),
      compacted: false,
    }
    if (isEmpty(change.delta) && change.states.length === 0 && !change.extra.removedLabel) {
      const nothing = { ...record, seq: this.journal.seq, action: 'none', text: change.nothing }
      return { entry: asEntry(nothing, false), state: this.state(), changedSlices: [] }
    }
    await this.journal.append(record)
    applyDelta(this.values, change.delta)
    this.statistics.apply(change.delta)
    this.applyStates(change.states)
    this.history.push(record)
    await this.compactIfLarge()
    return { entry: asEntry(record, false), state: this.state(), changedSlices }
  }

  private applyStates(runs: readonly StateRun[]): void {
    for (const { k, count, after } of runs) this.sliceStates.fill(after, k, k + count)
  }

  /** Undo and redo are the same step: the inverse of the last entry about the edit. */
  private async step(action: 'undo' | 'redo', seq: number | null): Promise<{ ack: EditAck; target: EditRecord }> {
    const target = this.journal.record(seq ?? 0)
    const last = this.invertible(seq)
    if (!target || !last) throw nothingTo(action, seq !== null)
    const change: Change = {
      action,
      label: target.label,
      text: `${action === 'undo' ? 'Undo' : 'Redo'}: ${target.text}`,
      nothing: 'Nothing to change.',
      delta: invert(unpackDelta(last)),
      states: invertStates(last.states ?? []),
      extra: { target: target.seq, ...(target.removedLabel ? { removedLabel: target.removedLabel } : {}) },
    }
    return { ack: await this.commit(change), target }
  }

  /** The last entry about an edit, when its voxels are still kept. */
  private invertible(seq: number | null): EditRecord | null {
    const record = seq === null ? undefined : this.journal.record(this.history.latestAbout(seq))
    return record && !record.compacted ? record : null
  }

  private async compactIfLarge(): Promise<void> {
    if (this.journal.payloadBytes <= this.compactAtBytes) return
    const budget = this.options.budgetBytes ?? PAYLOAD_BUDGET_BYTES
    try {
      await this.takeSnapshot()
      await this.journal.compact(budget / 2)
      this.compactAtBytes = budget
    } catch (thrown) {
      // The edit itself is recorded. Try again when the journal has grown by another eighth, not at every stroke.
      this.compactAtBytes = this.journal.payloadBytes + budget / 8
      this.options.onTrouble(asSagittaError(thrown))
    }
  }

  private async takeSnapshot(): Promise<void> {
    const { seq } = this.journal
    if (seq === (this.snapshot?.seq ?? 0)) return
    await this.journal.sync()
    this.snapshot = await writeSnapshot(placeOf(this.options), this.values, seq, this.snapshot)
  }
}

const placeOf = (options: LabelMapOptions): SnapshotPlace => ({
  folder: options.folder,
  volumeId: options.info.id,
  grid: options.info,
  files: options.files,
  point: pointer => options.point(pointer),
})

function nothingTo(action: 'undo' | 'redo', compacted: boolean): SagittaError {
  if (compacted)
    return new SagittaError(
      'nothing-to-undo',
      `Older edits were compacted: they can no longer be ${action === 'undo' ? 'undone' : 'redone'}. The journal still lists them.`,
    )
  return new SagittaError('nothing-to-undo', `There is no edit to ${action}.`)
}
