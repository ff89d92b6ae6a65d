// The grey image of a view, drawn by cornerstone-core's canvas renderer. The only file that calls cornerstone.
import * as cornerstone from 'cornerstone-core'
import type { SliceData, VoiLut, WindowLevel } from '#common/ipc/volume'
import { cornerstoneImage } from './sliceImage'
import type { ImageExtent, ViewSize, ViewTransform } from './viewTransform'

export interface ImageLook {
  readonly window: Pick<WindowLevel, 'center' | 'width'>
  /** In place of the window (PS3.3 C.11.2.1.1). */
  readonly lut: VoiLut | null
  readonly invert: boolean
  /** Smooth between voxels, or show each as a block. */
  readonly interpolate: boolean
}

export class ImageLayer {
  private shown = false

  /** @param element positioned by the view; cornerstone puts its canvas into it */
  constructor(private readonly element: HTMLElement) {
    cornerstone.enable(element)
  }

  show(slice: SliceData, extent: ImageExtent, id: string, transform: ViewTransform, look: ImageLook): void {
    const image = cornerstoneImage(slice, extent, id, look.lut)
    cornerstone.displayImage(this.element, image, this.viewport(transform, look, image.color))
    this.shown = true
  }

  update(transform: ViewTransform, look: ImageLook, color: boolean): void {
    if (this.shown) cornerstone.setViewport(this.element, this.viewport(transform, look, color))
  }

  resize(size: ViewSize): void {
    this.element.style.width = `${size.width}px`
    this.element.style.height = `${size.height}px`
    cornerstone.resize(this.element, false)
  }

  dispose(): void {
    cornerstone.disable(this.element)
  }

  private viewport(
    transform: ViewTransform,
    look: ImageLook,
    color: boolean,
  ): Partial<cornerstone.CornerstoneViewport> {
    return {
      scale: transform.zoom,
      translation: { x: transform.pan[0], y: transform.pan[1] },
      voi: voiOf(look, color),
      invert: look.invert,
      pixelReplication: !look.interpolate,
    }
  }
}

function voiOf({ window, lut }: ImageLook, color: boolean): { windowCenter: number; windowWidth: number } {
  if (color) return { windowCenter: 127.5, windowWidth: 255 }
  // The image then holds grey levels 0 to 255: (v - 127.5) / 255 + 0.5 is v / 255.
  if (lut) return { windowCenter: 128, windowWidth: 256 }
  return { windowCenter: window.center, windowWidth: Math.max(1e-6, window.width) }
}
