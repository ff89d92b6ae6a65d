// The brush's outline at the pointer: exactly the voxels it would paint, so what you see is what counts.
import type { Footprint } from '#common/labelmap/footprint'
import { boundaryLoops } from './boundary'
import { canvasMatrix, type ImageExtent, type ViewSize, type ViewTransform } from './viewTransform'

export class BrushRing {
  private readonly context: CanvasRenderingContext2D

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!
  }

  resize(size: ViewSize): void {
    this.canvas.width = size.width
    this.canvas.height = size.height
  }

  clear(view: ViewSize): void {
    this.context.setTransform(1, 0, 0, 1, 0, 0)
    this.context.clearRect(0, 0, view.width, view.height)
  }

  /** White line over a dark one: visible on air and on bone. */
  draw(
    footprint: Footprint,
    extent: ImageExtent,
    view: ViewSize,
    transform: ViewTransform,
    devicePixelRatio: number,
  ): void {
    this.clear(view)
    const { context } = this
    const [a, d, e, f] = canvasMatrix(extent, view, transform)
    const { firstColumn, firstRow, columns, rows, covered } = footprint
    context.beginPath()
    for (const loop of boundaryLoops(covered, columns, rows, 1)) {
      for (let at = 0; at < loop.length; at += 2)
        context.lineTo((loop[at]! + firstColumn) * a + e, (loop[at + 1]! + firstRow) * d + f)
      context.closePath()
    }
    context.strokeStyle = 'rgb(0 0 0 / 0.85)'
    context.lineWidth = 3 * devicePixelRatio
    context.stroke()
    context.strokeStyle = '#f2f2f2'
    context.lineWidth = 1 * devicePixelRatio
    context.stroke()
  }
}
