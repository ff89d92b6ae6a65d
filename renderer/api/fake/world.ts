// What the fake's processes know: volumes on disk, the open project, models, runs. Tests set it up; handlers change it.
import type { Settings } from '#common/ipc/app'
import type { InspectedModel, ModelCard, ProviderReport } from '#common/ipc/compute'
import type { LatentModelInfo } from '#common/ipc/latent'
import type { ImageGroup, ProjectState, RunSummary } from '#common/ipc/project'
import type { MetricsRow } from '#common/ipc/training'
import type { LatentTrainConfig } from '#common/latent/trainConfig'
import type { Proposal } from '#common/ipc/voxels'
import type { Skipped } from '#common/ipc/volume'
import { SagittaError } from '#common/errors'
import { FakeLabelMap } from './labelMap'
import { FAKE_LABELS, phantomVolumes, type FakeVolume, type Size } from './phantom'

export interface FakeOptions {
  /** Voxels of each volume; small in tests. */
  readonly size?: Size
  /** Pause between two progress messages; 0 in tests. */
  readonly stepMs?: number
}

export const SAMPLE_FOLDER = '/home/anna/.config/Sagitta/sample'

export class FakeWorld {
  readonly stepMs: number
  readonly volumes: FakeVolume[]
  project: ProjectState | null = null
  settings: Settings = {
    version: 1,
    theme: 'dark',
    density: 'compact',
    keymap: {},
    person: 'anna',
    memoryLimitMb: 4096,
  }
  recent: { folder: string; name: string; openedAt: string; exists: boolean }[] = []
  /** What the next file dialogs answer, in order; then null, as when a person closes it. */
  readonly chosen: (string | null)[] = []
  /** Files that every scan leaves out. */
  skipped: Skipped[] = []
  blocked = 0
  models: ModelCard[] = []
  /** What is found in a file before it is taken in. */
  foreign: Partial<InspectedModel> = {}
  removedModel: ModelCard | null = null
  brokenModels: { path: string; reason: string }[] = []
  providers: ProviderReport[] = [
    { name: 'cpu', usable: true, chosen: true, reason: 'agrees with itself', stepMs: 38, threads: 8 },
    { name: 'cuda', usable: false, chosen: false, reason: 'needs driver 525, has 470', stepMs: null, threads: null },
  ]
  groups: ImageGroup[] = []
  latentModels: LatentModelInfo[] = []
  /** So many codes an image, all but the first beside its own: for maps of many points. */
  codeCopies = 1
  /** What the last export of codes was asked for. */
  exported: { readonly folder: string; readonly files: readonly string[] } | null = null
  runs: RunSummary[] = []
  readonly metrics = new Map<string, MetricsRow[]>()
  /** Of runs that learn codes: layers first, then the whole. */
  /** Of runs that learn codes: what they go on with. */
  readonly codeConfigs = new Map<string, LatentTrainConfig>()
  readonly curves = new Map<string, { stage: string; rows: MetricsRow[] }[]>()
  readonly proposals = new Map<string, { proposal: Proposal; values: Uint16Array }>()
  /** Thrown by the next call of a channel: `fail('models.segment', error)`. */
  readonly failures = new Map<string, SagittaError>()
  private readonly maps = new Map<string, FakeLabelMap>()

  constructor({ size = [32, 32, 8], stepMs = 0 }: FakeOptions) {
    this.stepMs = stepMs
    this.volumes = phantomVolumes(size, SAMPLE_FOLDER)
  }

  fail(channel: string, error: SagittaError): void {
    this.failures.set(channel, error)
  }

  /** Throws what was set up for a channel, once. */
  check(channel: string): void {
    const error = this.failures.get(channel)
    this.failures.delete(channel)
    if (error) throw error
  }

  /** A pause between two steps of long work; rejects when the job was stopped. */
  async pause(signal: AbortSignal, what: string): Promise<void> {
    await new Promise(resolve => setTimeout(resolve, this.stepMs))
    if (signal.aborted) throw new SagittaError('cancelled', `${what} was stopped.`)
  }

  volume(volumeId: string): FakeVolume {
    const volume = this.volumes.find(({ info }) => info.id === volumeId)
    if (!volume) throw new SagittaError('volume-unknown', `No volume ${volumeId} was read.`)
    return volume
  }

  labelMap(volumeId: string): FakeLabelMap {
    const map = this.maps.get(volumeId) ?? new FakeLabelMap(this.volume(volumeId).info)
    this.maps.set(volumeId, map)
    return map
  }

  openProject(): ProjectState {
    if (!this.project) throw new SagittaError('not-found', 'No project is open.')
    return this.project
  }

  newProject(folder: string, name: string, scratch: boolean): ProjectState {
    return {
      folder,
      name,
      scratch,
      savedAt: new Date().toISOString(),
      labels: [...FAKE_LABELS],
      sources: [],
      runs: [],
      warnings: [],
    }
  }

  /** Volumes below any of the paths. */
  below(paths: readonly string[]): FakeVolume[] {
    return this.volumes.filter(({ info }) => paths.some(path => info.source.startsWith(path)))
  }
}
