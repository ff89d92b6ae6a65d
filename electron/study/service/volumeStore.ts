// Loaded volumes, kept while they fit: slices come from memory, from a load that is under way, or from the disk one by one.
import { SagittaError, cancelled } from '#common/errors'
import type { DoneOfTotal } from '#common/ipc/study'
import type { SliceData, VolumeInfo } from '#common/ipc/volume'
import type { VolumeSource } from '../intake/types'
import { loadSlice, loadVolume } from '../volumes/load'
import { volumeBytes } from '../volumes/output'
import type { Volume } from '../volumes/volume'

interface Loading {
  readonly volume: Promise<Volume>
  readonly abort: AbortController
  readonly ready: Map<number, () => SliceData>
  readonly listeners: Set<(progress: DoneOfTotal) => void>
  waiting: number
}

export interface LoadRequest {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DoneOfTotal) => void
}

export class VolumeStore {
  /** Longest unused first. */
  private readonly loaded = new Map<string, Volume>()
  private readonly loading = new Map<string, Loading>()
  private readonly lastSlice = new Map<string, number>()

  /**
   * @param budgetBytes all loaded volumes together; a volume that alone is larger is never loaded, but can be paged through
   * @param onLoaded told what reading the pixels taught: the value range, slices that can't be read
   */
  constructor(
    private readonly budgetBytes: () => number,
    private readonly onLoaded: (info: VolumeInfo) => void,
  ) {}

  /** @throws volume-too-large, cancelled, decode-failed and the other errors of loadVolume */
  async load(source: VolumeSource, { signal, onProgress }: LoadRequest = {}): Promise<Volume> {
    const known = this.touch(source.info.id)
    if (known) return known
    if (signal?.aborted) throw cancelled('Loading')
    const loading = this.loading.get(source.info.id) ?? this.start(source)
    loading.waiting++
    if (onProgress) loading.listeners.add(onProgress)
    try {
      return await Promise.race([loading.volume, aborted(signal)])
    } finally {
      if (onProgress) loading.listeners.delete(onProgress)
      if (--loading.waiting === 0) this.stop(source.info.id, loading)
    }
  }

  /** Slice k, a copy. @throws request-invalid when there is no such slice, and as loadSlice */
  async slice(source: VolumeSource, k: number): Promise<SliceData> {
    const { id, size } = source.info
    if (k >= size[2])
      throw new SagittaError('request-invalid', `There is no slice ${k + 1}: the volume has ${size[2]} slices.`)
    this.lastSlice.set(id, k)
    return this.glance(source, k)
  }

  /** A slice for a thumbnail: not one the user looks at, so loading need not begin there. */
  async glance(source: VolumeSource, k: number): Promise<SliceData> {
    const { id } = source.info
    const known = this.touch(id)
    if (known) return known.slice(k)
    const ready = this.loading.get(id)?.ready.get(k)
    if (ready) return ready()
    // A NIfTI file is one compressed stream: its first slice costs as much as all of them.
    if (source.format !== 'dicom') return (await this.load(source)).slice(k)
    return loadSlice(source, k)
  }

  forget(volumeId: string): void {
    this.loaded.delete(volumeId)
    const loading = this.loading.get(volumeId)
    if (loading) this.stop(volumeId, loading)
  }

  /** A scan found these facts: what was loaded from other slices no longer counts. */
  rescanned(info: VolumeInfo): void {
    const volume = this.loaded.get(info.id)
    if (volume && volume.info.geometryHash !== info.geometryHash) this.forget(info.id)
  }

  private touch(id: string): Volume | null {
    const volume = this.loaded.get(id)
    if (!volume) return null
    this.loaded.delete(id)
    this.loaded.set(id, volume)
    return volume
  }

  private start(source: VolumeSource): Loading {
    const { id, size } = source.info
    const abort = new AbortController()
    const ready = new Map<number, () => SliceData>()
    const listeners = new Set<(progress: DoneOfTotal) => void>()
    this.makeRoom(volumeBytes(source))
    const volume = loadVolume(source, {
      signal: abort.signal,
      budgetBytes: this.budgetBytes(),
      firstSlice: this.lastSlice.get(id) ?? Math.floor(size[2] / 2),
      onSlice: (k, read) => void ready.set(k, read),
      onProgress: (done, total) => listeners.forEach(listener => listener({ done, total })),
    })
    const loading: Loading = { volume, abort, ready, listeners, waiting: 0 }
    this.loading.set(id, loading)
    volume.then(
      result => {
        if (this.loading.get(id) === loading) this.loading.delete(id)
        this.loaded.set(id, result)
        this.onLoaded(result.info)
      },
      () => {
        if (this.loading.get(id) === loading) this.loading.delete(id)
      },
    )
    return loading
  }

  /** Nobody waits for it any more: whoever asks again starts anew. After its end this does nothing. */
  private stop(id: string, loading: Loading): void {
    loading.abort.abort()
    if (this.loading.get(id) === loading) this.loading.delete(id)
  }

  private makeRoom(bytes: number): void {
    let used = [...this.loaded.values()].reduce((sum, volume) => sum + volume.data.byteLength, 0)
    for (const [id, volume] of this.loaded) {
      if (used + bytes <= this.budgetBytes()) return
      this.loaded.delete(id)
      used -= volume.data.byteLength
    }
  }
}

/** Rejects when the caller gives up, whatever the load does. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(cancelled('Loading')), { once: true })
  })
}
