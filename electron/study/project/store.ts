// What project.json, sources.json and groups.json hold, while the lock is held: every change is on the disk before anybody sees it.
import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { SagittaError } from '#common/errors'
import type { VolumeInfo } from '#common/ipc/volume'
import { firstLabel } from '#common/project/labels'
import type { StoredGroup } from '#common/project/groupsFile'
import type { ProjectFile } from '#common/project/projectFile'
import type { StoredSource } from '#common/project/sourcesFile'
import { Queue } from '../storage/queue'
import * as files from './files'
import { FolderLock } from './lock'

export class ProjectStore {
  private readonly queue = new Queue()
  private readonly places = new Map<string, string | null>()

  private constructor(
    readonly folder: string,
    private readonly lock: FolderLock,
    private current: ProjectFile,
    private stored: readonly StoredSource[],
  ) {
    for (const source of stored) this.places.set(source.volumeId, files.findSource(folder, source))
  }

  /** Sources first: a folder is a project once project.json is there. @throws not-writable (also when it is one already), disk-full, project-locked */
  static async create(folder: string, name: string, scratch: boolean): Promise<ProjectStore> {
    const place = resolve(folder)
    if (files.isProject(place))
      throw new SagittaError('not-writable', `${place} holds a project already. Open it, or choose another folder.`, {
        folder: place,
      })
    const now = new Date().toISOString()
    await files.writeSources(place, [])
    await files.writeProject(place, {
      format: 'sagitta-project',
      version: 1,
      id: randomUUID(),
      name,
      scratch,
      createdAt: now,
      savedAt: now,
      labels: [firstLabel()],
      labelMaps: {},
    })
    return ProjectStore.open(place)
  }

  /** @throws not-found, project-corrupt (names the file), project-too-new, project-locked (names the holder) */
  static async open(folder: string): Promise<ProjectStore> {
    const place = resolve(folder)
    await files.readProject(place)
    const lock = await FolderLock.take(place)
    try {
      await files.removeLeftovers(place)
      // Read again: another process may have written until it gave up the lock.
      const file = await files.readProject(place)
      const { sources } = await files.readSources(place)
      return new ProjectStore(place, lock, file, sources)
    } catch (thrown) {
      await lock.release()
      throw thrown
    }
  }

  get file(): ProjectFile {
    return this.current
  }

  get sources(): readonly StoredSource[] {
    return this.stored
  }

  /** Where a volume's images are now; null when they are not where they were. */
  placeOf(volumeId: string): string | null {
    return this.places.get(volumeId) ?? null
  }

  markMoved(volumeId: string): void {
    this.places.set(volumeId, null)
  }

  /** @throws not-writable, disk-full: nothing has changed then */
  update(change: (file: ProjectFile) => ProjectFile): Promise<void> {
    return this.queue.run(async () => {
      const next = { ...change(this.current), savedAt: new Date().toISOString() }
      await files.writeProject(this.folder, next)
      this.current = next
    })
  }

  /** Adds volumes, or renews what is known of them and where they are. @throws as update */
  addSources(found: readonly { info: VolumeInfo; place: string }[]): Promise<void> {
    return this.changeSources(sources => {
      const next = new Map(sources.map(source => [source.volumeId, source]))
      for (const { info, place } of found) {
        // A copy that lacks slices must not take the place of the images that are open.
        const known = next.get(info.id)
        const lesser = known !== undefined && info.sopInstanceUids.length < known.volume.sopInstanceUids.length
        if (lesser && known.absolutePath !== place && this.placeOf(info.id) !== null) continue
        next.set(info.id, {
          volumeId: info.id,
          relativePath: files.relativeTo(this.folder, place),
          absolutePath: place,
          addedAt: next.get(info.id)?.addedAt ?? new Date().toISOString(),
          volume: info,
        })
      }
      return [...next.values()]
    })
  }

  removeSource(volumeId: string): Promise<void> {
    return this.changeSources(sources => sources.filter(source => source.volumeId !== volumeId))
  }

  /** Images named together; read anew each time, because few ever ask. @throws project-corrupt, project-too-new: the other files are read all the same */
  groups(): Promise<StoredGroup[]> {
    return this.queue.run(() => files.readGroups(this.folder))
  }

  /** @throws as groups and update */
  changeGroups(change: (groups: readonly StoredGroup[]) => StoredGroup[]): Promise<StoredGroup[]> {
    return this.queue.run(async () => {
      const next = change(await files.readGroups(this.folder))
      await files.writeGroups(this.folder, next)
      return next
    })
  }

  /** Waits for writes under way and gives the folder free. */
  async close(): Promise<void> {
    await this.queue.idle()
    await this.lock.release()
  }

  private changeSources(change: (sources: readonly StoredSource[]) => StoredSource[]): Promise<void> {
    return this.queue.run(async () => {
      const next = change(this.stored)
      await files.writeSources(this.folder, next)
      this.stored = next
      for (const source of next) this.places.set(source.volumeId, files.findSource(this.folder, source))
    })
  }
}
