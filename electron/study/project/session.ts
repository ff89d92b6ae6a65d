// The open project: its label table, sources and label maps, and the only writer of its folder while the lock is held.
import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import type { Label, ProjectState } from '#common/ipc/project'
import type { VolumeInfo, Warning } from '#common/ipc/volume'
import { labelsByName, labelsForValues, newLabel, type NamedLabel } from '#common/project/labels'
import { JOURNAL_FOLDER, journalName, RUNS_FOLDER } from '#common/project/layout'
import type { ProjectFile } from '#common/project/projectFile'
import type { StoredSource } from '#common/project/sourcesFile'
import { removeLabelChange } from '../labels/change'
import type { LabelMap } from '../labels/labelMap'
import type { LabelFiles } from '../labels/snapshot'
import { Queue } from '../storage/queue'
import * as files from './files'
import { FolderLock } from './lock'
import { OpenMaps } from './openMaps'
import { readRuns } from './runs'

export interface SessionOptions {
  readonly labelFiles: LabelFiles
  /** Name written into journals. */
  who(): string
  /** The project looks different now. */
  onChange(): void
  /** Something went wrong beside what was asked: it is in `state().warnings` too. */
  onTrouble(warning: Warning): void
}

export class ProjectSession {
  private readonly queue = new Queue()
  private readonly maps: OpenMaps
  private readonly warnings: Warning[] = []
  private readonly labelled: Set<string>
  private readonly places = new Map<string, string | null>()
  private savedAt: string
  private discarded = false

  private constructor(
    readonly folder: string,
    private readonly lock: FolderLock,
    private file: ProjectFile,
    private sources: readonly StoredSource[],
    journals: readonly string[],
    private readonly options: SessionOptions,
  ) {
    this.savedAt = file.savedAt
    this.labelled = new Set(sources.map(source => source.volumeId).filter(id => journals.includes(journalName(id))))
    for (const source of sources) this.places.set(source.volumeId, files.findSource(folder, source))
    this.maps = new OpenMaps(info => ({
      info,
      folder,
      snapshot: this.file.labelMaps[info.id]?.snapshot ?? null,
      files: options.labelFiles,
      point: snapshot => this.pointTo(info, snapshot),
      table: () => this.file.labels,
      who: () => options.who(),
      onTrouble: error => this.warn({ code: 'labels', message: error.message, files: [folder] }),
    }))
  }

  /** @throws not-writable (also when the folder holds a project already), disk-full, project-locked */
  static async create(
    folder: string,
    name: string,
    scratch: boolean,
    options: SessionOptions,
  ): Promise<ProjectSession> {
    const place = resolve(folder)
    if (files.isProject(place))
      throw new SagittaError('not-writable', `${place} holds a project already. Open it, or choose another folder.`, {
        folder: place,
      })
    const now = new Date().toISOString()
    await ProjectSession.writeNew(place, {
      format: 'sagitta-project',
      version: 1,
      id: randomUUID(),
      name,
      scratch,
      createdAt: now,
      savedAt: now,
      labels: [newLabel([], 'Label 1')],
      labelMaps: {},
    })
    return ProjectSession.open(place, options)
  }

  /** Sources first: a folder is a project once project.json is there. */
  private static async writeNew(folder: string, file: ProjectFile): Promise<void> {
    await files.writeSources(folder, [])
    await files.writeProject(folder, file)
  }

  /** @throws not-found, project-corrupt (names the file), project-too-new, project-locked (names the holder) */
  static async open(folder: string, options: SessionOptions): Promise<ProjectSession> {
    const place = resolve(folder)
    await files.readProject(place)
    const lock = await FolderLock.take(place)
    try {
      await files.removeLeftovers(place)
      // Read again: another process may have written until it gave up the lock.
      const file = await files.readProject(place)
      const { sources } = await files.readSources(place)
      const journals = existsSync(join(place, JOURNAL_FOLDER)) ? await readdir(join(place, JOURNAL_FOLDER)) : []
      return new ProjectSession(place, lock, file, sources, journals, options)
    } catch (thrown) {
      await lock.release()
      throw thrown
    }
  }

  get name(): string {
    return this.file.name
  }

  get scratch(): boolean {
    return this.file.scratch
  }

  get labels(): readonly Label[] {
    return this.file.labels
  }

  get volumes(): readonly VolumeInfo[] {
    return this.sources.map(source => source.volume)
  }

  /** Where a volume's images are now; null when they are not where they were. */
  placeOf(volumeId: string): string | null {
    return this.places.get(volumeId) ?? null
  }

  volume(volumeId: string): VolumeInfo | null {
    return this.sources.find(source => source.volumeId === volumeId)?.volume ?? null
  }

  async state(): Promise<ProjectState> {
    const { runs, warnings } = await readRuns(this.folder)
    return {
      folder: this.folder,
      name: this.file.name,
      scratch: this.file.scratch,
      savedAt: this.savedAt,
      labels: [...this.file.labels],
      sources: this.sources.map(({ volumeId, volume, absolutePath }) => ({
        volumeId,
        path: this.placeOf(volumeId) ?? absolutePath,
        status: this.placeOf(volumeId) === null ? 'moved' : 'here',
        info: volume,
        labelled: this.labelled.has(volumeId),
      })),
      runs,
      warnings: [...this.warnings, ...warnings],
    }
  }

  /** Uses a volume's label map, opened when needed; it stays open while `use` runs. @throws as LabelMap.open */
  async withLabels<T>(info: VolumeInfo, use: (map: LabelMap) => Promise<T> | T): Promise<T> {
    return this.maps.use(info, async map => {
      for (const warning of map.warnings.splice(0)) this.warn(warning)
      const before = map.seq
      const result = await use(map)
      if (map.seq > before) this.edited(info.id)
      return result
    })
  }

  /** Lets go of a volume's label map: its images have another grid now. */
  closeLabels(volumeId: string): Promise<void> {
    return this.maps.close(volumeId)
  }

  hasLabels(volumeId: string): boolean {
    return this.labelled.has(volumeId)
  }

  /** Adds volumes, or renews what is known of them and where they are. */
  addSources(found: readonly { info: VolumeInfo; place: string }[]): Promise<void> {
    return this.changeSources(sources => {
      const next = new Map(sources.map(source => [source.volumeId, source]))
      for (const { info, place } of found)
        next.set(info.id, {
          volumeId: info.id,
          relativePath: files.relativeTo(this.folder, place),
          absolutePath: place,
          addedAt: next.get(info.id)?.addedAt ?? new Date().toISOString(),
          volume: info,
        })
      return [...next.values()]
    })
  }

  /** The volume leaves the list; its labels and journal stay in the folder and are found again when it is added again. */
  async removeSource(volumeId: string): Promise<void> {
    await this.maps.close(volumeId)
    await this.changeSources(sources => sources.filter(source => source.volumeId !== volumeId))
  }

  /** The images are not where they were. */
  markMoved(volumeId: string): void {
    this.places.set(volumeId, null)
    this.options.onChange()
  }

  /** @throws label-unknown */
  setLabel(label: Label): Promise<void> {
    return this.changeLabels(labels => {
      if (!labels.some(({ value }) => value === label.value)) throw unknownLabel(label.value)
      return labels.map(other => (other.value === label.value ? label : other))
    })
  }

  addLabel(name: string): Promise<void> {
    return this.changeLabels(labels => [...labels, newLabel(labels, name)])
  }

  /** Labels of a file that carries only values. */
  addLabelsForValues(values: readonly number[]): Promise<void> {
    return this.changeLabels(labels => labelsForValues(labels, values))
  }

  /** Labels of a model, found by name or added. @returns for each its value in this project */
  async adoptLabels(wanted: readonly NamedLabel[]): Promise<number[]> {
    let values: number[] = []
    await this.changeLabels(labels => {
      const found = labelsByName(labels, wanted)
      values = found.values
      return found.table
    })
    return values
  }

  /**
   * Empties the label's voxels in every map as one undoable edit each, then takes it out of the table. Undo of such an edit brings it
   * back; where no map has voxels of it, the edit goes into the map that was used last.
   * @returns the volumes whose voxels changed
   * @throws label-unknown; label-locked when it is locked and has voxels. Maps that are already emptied can be undone.
   */
  async removeLabel(value: number): Promise<string[]> {
    const label = this.file.labels.find(entry => entry.value === value)
    if (!label) throw unknownLabel(value)
    const changed: string[] = []
    for (const volume of this.volumes.filter(({ id }) => this.labelled.has(id)))
      await this.withLabels(volume, async map => {
        if (map.voxelsOf(value) === 0) return
        if (label.locked)
          throw new SagittaError(
            'label-locked',
            `${label.name} is locked and has voxels. Unlock it before removing it.`,
            { label: value },
          )
        await map.edit(view => removeLabelChange(view, label))
        changed.push(volume.id)
      })
    const last = changed.length === 0 ? this.maps.lastUsed : null
    if (last) await this.withLabels(last, map => map.edit(view => removeLabelChange(view, label)))
    await this.changeLabels(labels => labels.filter(entry => entry.value !== value))
    return changed
  }

  /** Undo of a removal brings the label back, redo takes it away again. */
  async replayRemoval(action: 'undo' | 'redo', label: Label): Promise<void> {
    await this.changeLabels(labels => {
      const others = labels.filter(({ value }) => value !== label.value)
      return action === 'undo' ? [...others, label].sort((a, b) => a.value - b.value) : others
    })
  }

  warn(warning: Warning): void {
    if (this.warnings.some(({ message }) => message === warning.message)) return
    this.warnings.push(warning)
    this.options.onTrouble(warning)
  }

  /** Everything acknowledged is on the disk afterwards; label maps are there as NIfTI too. */
  async save(): Promise<void> {
    await this.maps.saveAll()
    await this.update(file => file)
  }

  /** The workspace was saved elsewhere: nothing of it is needed any more. */
  discardOnClose(): void {
    this.discarded = true
  }

  /** Writes what is left and gives the folder free. A scratch workspace without labels and runs leaves nothing behind. */
  async close(): Promise<void> {
    await this.maps.closeAll()
    await this.queue.idle()
    const untouched = this.scratch && this.labelled.size === 0 && !existsSync(join(this.folder, RUNS_FOLDER))
    await this.lock.release()
    if (untouched || this.discarded) await rm(this.folder, { recursive: true, force: true })
  }

  rename(name: string): Promise<void> {
    return this.update(file => ({ ...file, name }))
  }

  private edited(volumeId: string): void {
    this.savedAt = new Date().toISOString()
    if (this.labelled.has(volumeId)) return
    this.labelled.add(volumeId)
    this.options.onChange()
  }

  private pointTo(info: VolumeInfo, snapshot: { file: string; seq: number }): Promise<void> {
    const { id, size, geometryHash } = info
    return this.update(file => ({ ...file, labelMaps: { ...file.labelMaps, [id]: { size, geometryHash, snapshot } } }))
  }

  private async changeLabels(change: (labels: readonly Label[]) => Label[]): Promise<void> {
    await this.update(file => ({ ...file, labels: change(file.labels) }))
    this.options.onChange()
  }

  /** The file is written before anybody sees the change: on an error nothing has changed. */
  private update(change: (file: ProjectFile) => ProjectFile): Promise<void> {
    return this.queue.run(async () => {
      const next = { ...change(this.file), savedAt: new Date().toISOString() }
      await files.writeProject(this.folder, next)
      this.file = next
      this.savedAt = next.savedAt
    })
  }

  private async changeSources(change: (sources: readonly StoredSource[]) => StoredSource[]): Promise<void> {
    await this.queue.run(async () => {
      const next = change(this.sources)
      await files.writeSources(this.folder, next)
      this.sources = next
      for (const source of next) this.places.set(source.volumeId, files.findSource(this.folder, source))
    })
    this.options.onChange()
  }
}

const unknownLabel = (value: number): SagittaError =>
  new SagittaError('label-unknown', `Label ${value} is not in the label list.`, { label: value })
