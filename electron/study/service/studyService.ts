// The study service: what all its contracts share. Which project is open, which volumes are known, which are loaded.
import { SagittaError } from '#common/errors'
import { projectContract, type ProjectState } from '#common/ipc/project'
import { emitters, serve, type Port, type Service } from '#common/ipc/rpc'
import type { VolumeInfo } from '#common/ipc/volume'
import { voxelsContract } from '#common/ipc/voxels'
import type { Scan, ScanOptions, VolumeSource } from '../intake/types'
import type { LabelMap } from '../labels/labelMap'
import { snapshotFiles } from '../labels/labelNifti'
import { makeScratchFolder } from '../project/scratch'
import { ProjectSession, type SessionOptions } from '../project/session'
import { Gate } from '../storage/gate'
import type { Volume } from '../volumes/volume'
import { Catalog, placeOf } from './catalog'
import { Proposals } from './proposals'
import { VolumeStore, type LoadRequest } from './volumeStore'

export interface StudyOptions {
  /** Folder of the scratch workspaces. */
  readonly scratchRoot: string
  /** Folder of the sample study. */
  readonly sampleRoot: string
  /** Prepared images while no project is open. */
  readonly cacheRoot: string
  /** Name written into journals. */
  who(): string
  /** Loaded volumes together. */
  memoryLimitBytes(): number
}

export class StudyService {
  readonly catalog = new Catalog()
  readonly proposals = new Proposals()
  readonly volumes: VolumeStore
  /** Work in the open project is shared; changing which one is open is exclusive. */
  private readonly gate = new Gate()
  private readonly listeners = new Set<Listener>()
  private open: ProjectSession | null = null

  constructor(readonly options: StudyOptions) {
    this.volumes = new VolumeStore(
      () => options.memoryLimitBytes(),
      info => {
        this.catalog.renew(info)
        this.learn(info)
      },
    )
  }

  /** Serves contracts on a port, and tells it their events until it closes. */
  connect(port: Port, services: readonly Service[]): void {
    const { emit } = serve(port, services)
    const listener = { emit, domains: services.map(({ contract }) => contract.domain) }
    this.listeners.add(listener)
    port.onClose(() => this.listeners.delete(listener))
  }

  get session(): ProjectSession | null {
    return this.open
  }

  /** @throws not-found when nothing is open */
  get current(): ProjectSession {
    if (this.open) return this.open
    throw new SagittaError('not-found', 'No scan or project is open. Open one first.')
  }

  /** Works in the open project, which stays open meanwhile. @throws not-found when nothing is open */
  inProject<T>(work: (session: ProjectSession) => Promise<T> | T): Promise<T> {
    return this.gate.shared(() => work(this.current))
  }

  /**
   * Works with a volume's label map. A scanned volume gets a scratch workspace when no project is open.
   * @throws volume-unknown when it is not in the open project, and as LabelMap.open
   */
  async withLabels<T>(volumeId: string, work: (map: LabelMap, session: ProjectSession) => Promise<T> | T): Promise<T> {
    if (!this.open) await this.makeScratchFor(volumeId)
    return this.inProject(session => {
      if (!session.volume(volumeId))
        throw new SagittaError(
          'volume-unknown',
          `Volume ${volumeId} is not in ${session.name}. Add its folder to the project before drawing on it.`,
          { volumeId },
        )
      return session.withLabels(this.info(volumeId), map => work(map, session))
    })
  }

  /**
   * Opens another project in place of the current one, which stays open when the new one can't be.
   * @param opening may be given the project that is open now
   */
  async switchTo(
    opening: (options: SessionOptions, current: ProjectSession | null) => Promise<ProjectSession>,
  ): Promise<ProjectState> {
    const state = await this.gate.exclusive(async () => {
      const next = await opening(this.sessionOptions(), this.open)
      if (next !== this.open) {
        await this.leave()
        this.open = next
      }
      return next.state()
    })
    this.tellProject()
    return state
  }

  /** The open project, or a new scratch workspace of this name. */
  async ensureProject(scratchName: string): Promise<void> {
    await this.gate.exclusive(async () => {
      if (this.open) return
      const folder = await makeScratchFolder(this.options.scratchRoot)
      this.open = await ProjectSession.create(folder, scratchName, true, this.sessionOptions())
    })
  }

  closeProject(): Promise<void> {
    return this.gate.exclusive(() => this.leave())
  }

  /** Facts of a volume of the open project, or of a scan. @throws volume-unknown */
  info(volumeId: string): VolumeInfo {
    const info = this.catalog.get(volumeId)?.info ?? this.open?.volume(volumeId)
    if (info) return info
    throw unknownVolume(volumeId)
  }

  /** Where a volume's pixels are, scanned again when this process has not seen them yet. @throws volume-unknown, source-moved */
  async source(volumeId: string): Promise<VolumeSource> {
    const known = this.catalog.get(volumeId)
    if (known) return known
    const { open } = this
    const stored = open?.volume(volumeId)
    if (!open || !stored) throw unknownVolume(volumeId)
    const place = open.placeOf(volumeId)
    if (place === null)
      throw new SagittaError(
        'source-moved',
        `The images of ${stored.description || 'this volume'} are not at ${stored.source} any more. The labels are intact. Use Locate to show where the images are now.`,
        { volumeId, path: stored.source },
      )
    try {
      const source = await this.catalog.find(volumeId, place)
      if (source.info.geometryHash !== stored.geometryHash) await open.addSources([{ info: source.info, place }])
      return source
    } catch (thrown) {
      if (thrown instanceof SagittaError && thrown.code === 'source-moved') open.markMoved(volumeId)
      throw thrown
    }
  }

  /** @throws not-found, not-readable, cancelled */
  async scan(paths: readonly string[], options: ScanOptions): Promise<Scan> {
    const scan = await this.catalog.scan(paths, options)
    for (const { info } of scan.sources.values()) this.volumes.rescanned(info)
    return scan
  }

  async load(volumeId: string, request: LoadRequest = {}): Promise<Volume> {
    return this.volumes.load(await this.source(volumeId), request)
  }

  async projectState(): Promise<ProjectState | null> {
    return this.open ? this.open.state() : null
  }

  tellLabelsChanged(volumeId: string): void {
    for (const emit of this.listenersOf(voxelsContract.domain))
      emitters(voxelsContract, emit).labelsChanged({ volumeId })
  }

  /** A state that can't be read now is told with the next change. */
  tellProject(): void {
    this.open?.state().then(
      state => {
        for (const emit of this.listenersOf(projectContract.domain)) emitters(projectContract, emit).changed(state)
      },
      (thrown: unknown) => console.error('The state of the project could not be read.', thrown),
    )
  }

  /** What reading the pixels taught belongs to the project too: the page windows by the range of values, and shows the slices there are. */
  private learn(info: VolumeInfo): void {
    const keep = async (): Promise<void> => {
      const session = this.open
      const stored = session?.volume(info.id)
      const place = session?.placeOf(info.id) ?? null
      if (!session || !stored || place === null) return
      const sameSlices = stored.size[2] === info.size[2]
      if (sameSlices && String(stored.valueRange) === String(info.valueRange)) return
      await session.addSources([{ info: sameSlices ? { ...stored, valueRange: info.valueRange } : info, place }])
    }
    this.gate
      .shared(keep)
      .catch((thrown: unknown) => console.error('What a volume holds could not be kept with the project.', thrown))
  }

  private listenersOf(domain: string): Listener['emit'][] {
    return [...this.listeners].filter(({ domains }) => domains.includes(domain)).map(({ emit }) => emit)
  }

  private async makeScratchFor(volumeId: string): Promise<void> {
    const source = this.catalog.get(volumeId)
    if (!source) throw unknownVolume(volumeId)
    await this.ensureProject(source.info.description || 'Scan')
    await this.inProject(session => session.addSources([{ info: source.info, place: placeOf(source) }]))
  }

  private sessionOptions(): SessionOptions {
    return {
      labelFiles: snapshotFiles,
      who: () => this.options.who(),
      onChange: () => this.tellProject(),
      onTrouble: () => this.tellProject(),
    }
  }

  private async leave(): Promise<void> {
    const leaving = this.open
    this.open = null
    this.proposals.clear()
    await leaving?.close()
  }
}

interface Listener {
  readonly emit: (channel: string, value: unknown) => void
  readonly domains: readonly string[]
}

const unknownVolume = (volumeId: string): SagittaError =>
  new SagittaError(
    'volume-unknown',
    `There is no volume ${volumeId} here. Scan its folder, or add it to the project.`,
    {
      volumeId,
    },
  )
