// The open project: its label table, sources and label maps, and the only writer of its folder while the lock is held.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SagittaError, asSagittaError } from '#common/errors'
import type { ImageGroup, Label, ProjectState } from '#common/ipc/project'
import type { VolumeInfo, Warning } from '#common/ipc/volume'
import { isFirstLabelOnly, labelsByName, labelsForValues, newLabel, type NamedLabel } from '#common/project/labels'
import { GROUPS_FILE, JOURNAL_FOLDER, journalName, RUNS_FOLDER } from '#common/project/layout'
import { removeLabelChange } from '../labels/change'
import type { LabelMap } from '../labels/labelMap'
import type { LabelFiles } from '../labels/snapshot'
import { OpenMaps } from './openMaps'
import { readRuns } from './runs'
import { ProjectStore } from './store'

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
  private readonly maps: OpenMaps
  private readonly warnings: Warning[] = []
  private editedAt = ''
  private discarded = false

  private constructor(
    private readonly store: ProjectStore,
    private readonly options: SessionOptions,
  ) {
    this.maps = new OpenMaps(info => ({
      info,
      folder: store.folder,
      snapshot: store.file.labelMaps[info.id]?.snapshot ?? null,
      files: options.labelFiles,
      point: snapshot => this.pointTo(info, snapshot),
      table: () => store.file.labels,
      who: () => options.who(),
      onTrouble: error => this.warn({ code: 'labels', message: error.message, files: [store.folder] }),
    }))
  }

  /** @throws as ProjectStore.create */
  static async create(
    folder: string,
    name: string,
    scratch: boolean,
    options: SessionOptions,
  ): Promise<ProjectSession> {
    return new ProjectSession(await ProjectStore.create(folder, name, scratch), options)
  }

  /** @throws as ProjectStore.open */
  static async open(folder: string, options: SessionOptions): Promise<ProjectSession> {
    return new ProjectSession(await ProjectStore.open(folder), options)
  }

  get folder(): string {
    return this.store.folder
  }

  get name(): string {
    return this.store.file.name
  }

  get scratch(): boolean {
    return this.store.file.scratch
  }

  get labels(): readonly Label[] {
    return this.store.file.labels
  }

  get volumes(): readonly VolumeInfo[] {
    return this.store.sources.map(source => source.volume)
  }

  /** Where a volume's images are now; null when they are not where they were. */
  placeOf(volumeId: string): string | null {
    return this.store.placeOf(volumeId)
  }

  volume(volumeId: string): VolumeInfo | null {
    return this.volumes.find(({ id }) => id === volumeId) ?? null
  }

  async state(): Promise<ProjectState> {
    const { runs, warnings } = await readRuns(this.folder)
    return {
      folder: this.folder,
      name: this.store.file.name,
      scratch: this.store.file.scratch,
      savedAt: this.store.file.savedAt > this.editedAt ? this.store.file.savedAt : this.editedAt,
      labels: [...this.store.file.labels],
      sources: this.store.sources.map(({ volumeId, volume, absolutePath }) => ({
        volumeId,
        path: this.placeOf(volumeId) ?? absolutePath,
        status: this.placeOf(volumeId) === null ? 'moved' : 'here',
        info: volume,
        labelled: this.hasLabels(volumeId),
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
      if (map.seq > before) this.editedAt = new Date().toISOString()
      if (map.seq > before && before === 0) this.options.onChange()
      return result
    })
  }

  /** Somebody has drawn on it, now or before. */
  hasLabels(volumeId: string): boolean {
    return existsSync(join(this.folder, JOURNAL_FOLDER, journalName(volumeId)))
  }

  /** Adds volumes, or renews what is known of them and where they are. */
  async addSources(found: readonly { info: VolumeInfo; place: string }[]): Promise<void> {
    await this.store.addSources(found)
    this.options.onChange()
  }

  /** The volume leaves the list; its labels and journal stay in the folder and are found again when it is added again. */
  async removeSource(volumeId: string): Promise<void> {
    await this.maps.close(volumeId)
    await this.store.removeSource(volumeId)
    this.options.onChange()
  }

  /** The images are not where they were. */
  markMoved(volumeId: string): void {
    this.store.markMoved(volumeId)
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

  /**
   * Labels of a model, found by name or added. The label a project begins with gives way as long as nobody has used it.
   * @returns for each its value in this project
   */
  async adoptLabels(wanted: readonly NamedLabel[]): Promise<number[]> {
    let values: number[] = []
    const unused = isFirstLabelOnly(this.store.file.labels) && (await this.nothingDrawn())
    await this.changeLabels(labels => {
      const found = labelsByName(unused ? [] : labels, wanted)
      values = found.values
      return found.table
    })
    return values
  }

  private async nothingDrawn(): Promise<boolean> {
    for (const volume of this.volumes.filter(({ id }) => this.hasLabels(id)))
      if (!(await this.withLabels(volume, map => map.seq === 0))) return false
    return true
  }

  /**
   * Empties the label's voxels in every map as one undoable edit each, then takes it out of the table. Undo of such an edit brings it
   * back; where no map has voxels of it, the edit goes into the map that was used last.
   * @returns the volumes whose voxels changed
   * @throws label-unknown; label-locked when it is locked and has voxels. Maps that are already emptied can be undone.
   */
  async removeLabel(value: number): Promise<string[]> {
    const label = this.store.file.labels.find(entry => entry.value === value)
    if (!label) throw unknownLabel(value)
    const changed: string[] = []
    for (const volume of this.volumes.filter(({ id }) => this.hasLabels(id)))
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

  imageGroups(): Promise<ImageGroup[]> {
    return this.store.groups()
  }

  /** Adds a group, or replaces the one of its id in its place. */
  setImageGroup(group: ImageGroup): Promise<ImageGroup[]> {
    return this.store.changeGroups(groups =>
      groups.some(({ id }) => id === group.id)
        ? groups.map(other => (other.id === group.id ? group : other))
        : [...groups, group],
    )
  }

  removeImageGroup(id: string): Promise<ImageGroup[]> {
    return this.store.changeGroups(groups => groups.filter(group => group.id !== id))
  }

  warn(warning: Warning): void {
    if (this.warnings.some(({ message }) => message === warning.message)) return
    this.warnings.push(warning)
    this.options.onTrouble(warning)
  }

  /** Everything acknowledged is on the disk afterwards; label maps are there as NIfTI too. */
  async save(): Promise<void> {
    await this.maps.saveAll()
    await this.store.update(file => file)
  }

  /** The workspace was saved elsewhere: nothing of it is needed any more. */
  discardOnClose(): void {
    this.discarded = true
  }

  /** Writes what is left and gives the folder free. A scratch workspace without labels, runs and groups leaves nothing behind. */
  async close(): Promise<void> {
    await this.maps.closeAll()
    const kept = [JOURNAL_FOLDER, RUNS_FOLDER, GROUPS_FILE].some(part => existsSync(join(this.folder, part)))
    const untouched = this.scratch && !kept
    await this.store.close()
    if (untouched || this.discarded) await removeFolder(this.folder)
  }

  rename(name: string): Promise<void> {
    return this.store.update(file => ({ ...file, name }))
  }

  private pointTo(info: VolumeInfo, snapshot: { file: string; seq: number }): Promise<void> {
    const { id, size, geometryHash } = info
    return this.store.update(file => ({
      ...file,
      labelMaps: { ...file.labelMaps, [id]: { size, geometryHash, snapshot } },
    }))
  }

  private async changeLabels(change: (labels: readonly Label[]) => Label[]): Promise<void> {
    await this.store.update(file => ({ ...file, labels: change(file.labels) }))
    this.options.onChange()
  }
}

/** What can't be removed stays, and is counted and cleared with the scratch workspaces. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true }).catch((thrown: unknown) =>
    console.error(`${folder} could not be removed: ${asSagittaError(thrown).message}`),
  )

const unknownLabel = (value: number): SagittaError =>
  new SagittaError('label-unknown', `Label ${value} is not in the label list.`, { label: value })
