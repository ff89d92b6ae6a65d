// One view of slices: image, labels, proposal and brush ring as stacked layers that are drawn together, once per frame.
import type { SliceData } from '#common/ipc/volume'
import type { Footprint } from '#common/labelmap/footprint'
import { BrushRing } from './brushRing'
import { ImageLayer, type ImageLook } from './imageLayer'
import { LabelLayer, type LabelLook } from './labelLayer'
import {
  fit,
  imageToScreen,
  panBy,
  pixelScale,
  scaleBar,
  screenToImage,
  zoomAt,
  type ImageExtent,
  type ViewSize,
  type ViewTransform,
} from './viewTransform'

interface Labelled {
  values: Uint16Array
  look: LabelLook
}

/** What the view tells after zoom, pan or resize, for the furniture around the image. */
export interface ViewFacts {
  readonly zoom: number
  readonly scaleBar: { lengthMm: number; cssPixels: number } | null
}

/**
 * Points given and taken are CSS pixels from the view's top left, or image coordinates whose integers are voxel centres.
 * Changes are collected and drawn in the next animation frame.
 */
export class SliceView {
  private readonly root = document.createElement('div')
  private readonly image: ImageLayer
  private readonly labels: LabelLayer
  private readonly proposal: LabelLayer
  private readonly ring: BrushRing
  private size: ViewSize = { width: 1, height: 1 }
  private ratio = 1
  private transform: ViewTransform = { zoom: 1, pan: [0, 0] }
  private fitted = true
  private slice: { data: SliceData; id: string; extent: ImageExtent } | null = null
  private look: ImageLook = { window: { center: 40, width: 400 }, lut: null, invert: false, interpolate: true }
  private labelled: Labelled | null = null
  private proposed: Labelled | null = null
  private footprint: Footprint | null = null
  private frame = 0
  private readonly stale = { labels: false, proposal: false, placement: false, ring: false }

  constructor(
    host: HTMLElement,
    private readonly onFacts: (facts: ViewFacts) => void,
  ) {
    this.root.style.cssText = 'position:absolute;left:0;top:0;transform-origin:0 0'
    const base = document.createElement('div')
    base.style.cssText = 'position:absolute;left:0;top:0'
    const [proposal, labels, ring] = [layerCanvas(), layerCanvas(), layerCanvas()]
    this.root.append(base, proposal, labels, ring)
    host.append(this.root)
    this.image = new ImageLayer(base)
    this.proposal = new LabelLayer(proposal)
    this.labels = new LabelLayer(labels)
    this.ring = new BrushRing(ring)
  }

  dispose(): void {
    cancelAnimationFrame(this.frame)
    this.image.dispose()
    this.root.remove()
  }

  /** The layers are as large as the device's pixels and scaled down to CSS size, so that HiDPI screens show every voxel sharply. */
  resize(cssWidth: number, cssHeight: number, devicePixelRatio: number): void {
    this.ratio = devicePixelRatio
    this.size = {
      width: Math.max(1, Math.round(cssWidth * devicePixelRatio)),
      height: Math.max(1, Math.round(cssHeight * devicePixelRatio)),
    }
    this.root.style.transform = `scale(${1 / devicePixelRatio})`
    this.image.resize(this.size)
    this.labels.resize(this.size)
    this.proposal.resize(this.size)
    this.ring.resize(this.size)
    if (this.slice && this.fitted) this.transform = fit(this.slice.extent, this.size)
    this.moved()
  }

  /** A slice of another extent is fitted; otherwise zoom and pan stay. */
  show(data: SliceData, extent: ImageExtent, id: string): void {
    const same = this.slice && sameExtent(this.slice.extent, extent)
    this.slice = { data, id, extent }
    if (!same) {
      this.fitted = true
      this.transform = fit(extent, this.size)
    }
    this.image.show(data, extent, id, this.transform, this.look)
    if (!same) this.moved()
  }

  setLook(look: ImageLook): void {
    const { slice } = this
    const redrawn = slice && look.lut !== this.look.lut
    this.look = look
    if (redrawn) this.image.show(slice.data, slice.extent, slice.id, this.transform, look)
    else this.image.update(this.transform, look, slice?.data.samples === 3)
  }

  /** `values` may be changed in place by the caller, who then calls `labelsChanged`. */
  setLabels(values: Uint16Array | null, look: LabelLook): void {
    this.labelled = values && { values, look }
    this.labelsChanged()
  }

  labelsChanged(): void {
    this.stale.labels = true
    this.schedule()
  }

  setProposal(values: Uint16Array | null, look: LabelLook): void {
    this.proposed = values && { values, look }
    this.stale.proposal = true
    this.schedule()
  }

  setFootprint(footprint: Footprint | null): void {
    this.footprint = footprint
    this.stale.ring = true
    this.schedule()
  }

  fit(): void {
    if (!this.slice) return
    this.fitted = true
    this.transform = fit(this.slice.extent, this.size)
    this.moved()
  }

  zoomAt(factor: number, cssPoint: readonly [number, number]): void {
    if (!this.slice) return
    this.fitted = false
    this.transform = zoomAt(this.slice.extent, this.size, this.transform, factor, this.device(cssPoint))
    this.moved()
  }

  panBy(cssDelta: readonly [number, number]): void {
    if (!this.slice) return
    this.fitted = false
    this.transform = panBy(this.slice.extent, this.size, this.transform, this.device(cssDelta))
    this.moved()
  }

  toImage(cssPoint: readonly [number, number]): [number, number] | null {
    return this.slice && screenToImage(this.slice.extent, this.size, this.transform, this.device(cssPoint))
  }

  toCss(point: readonly [number, number]): [number, number] | null {
    if (!this.slice) return null
    const [x, y] = imageToScreen(this.slice.extent, this.size, this.transform, point)
    return [x / this.ratio, y / this.ratio]
  }

  /** CSS pixels per voxel along x, for cursors that depend on the zoom. */
  voxelCssPixels(): number {
    return this.slice ? pixelScale(this.slice.extent, this.transform.zoom)[0] / this.ratio : 1
  }

  private device(point: readonly [number, number]): [number, number] {
    return [point[0] * this.ratio, point[1] * this.ratio]
  }

  private moved(): void {
    this.image.update(this.transform, this.look, this.slice?.data.samples === 3)
    this.stale.placement = this.stale.ring = true
    this.schedule()
    const bar = this.slice && scaleBar(this.slice.extent, this.size, this.transform.zoom)
    this.onFacts({
      zoom: this.transform.zoom / this.ratio,
      scaleBar: bar && { lengthMm: bar.lengthMm, cssPixels: bar.devicePixels / this.ratio },
    })
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(() => this.draw())
  }

  private draw(): void {
    this.frame = 0
    const extent = this.slice?.extent
    if (!extent) return
    this.drawLabels(this.labels, this.labelled, 'labels', extent)
    this.drawLabels(this.proposal, this.proposed, 'proposal', extent)
    this.stale.placement = false
    if (!this.stale.ring) return
    this.stale.ring = false
    if (this.footprint) this.ring.draw(this.footprint, extent, this.size, this.transform, this.ratio)
    else this.ring.clear(this.size)
  }

  private drawLabels(
    layer: LabelLayer,
    shown: Labelled | null,
    which: 'labels' | 'proposal',
    extent: ImageExtent,
  ): void {
    if (!this.stale[which] && !this.stale.placement) return
    if (this.stale[which]) {
      this.stale[which] = false
      if (shown?.values.length === extent.columns * extent.rows) layer.set(shown.values, extent, shown.look)
      else layer.clear()
    }
    layer.draw(this.size, this.transform, shown?.look ?? NO_LABELS, this.ratio)
  }
}

const NO_LABELS: LabelLook = { styles: [], fill: 0, outlinePx: 0, current: null, dashed: false }

function layerCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.style.cssText = 'position:absolute;left:0;top:0;pointer-events:none'
  return canvas
}

const sameExtent = (a: ImageExtent, b: ImageExtent): boolean =>
  a.columns === b.columns && a.rows === b.rows && a.spacingMm[0] === b.spacingMm[0] && a.spacingMm[1] === b.spacingMm[1]
