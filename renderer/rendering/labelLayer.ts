// Label map over the image: translucent fill, and an outline over a dark halo so that it reads on lung and on bone (shared UI rules).
import { boundaryLoops } from './boundary'
import { canvasMatrix, type ImageExtent, type ViewSize, type ViewTransform } from './viewTransform'

export interface LabelStyle {
  readonly value: number
  /** #rrggbb */
  readonly color: string
  readonly visible: boolean
}

export interface LabelLook {
  readonly styles: readonly LabelStyle[]
  /** 0 to 1 */
  readonly fill: number
  /** Width in CSS px; 0: none. */
  readonly outlinePx: number
  /** Drawn stronger; null: all alike. */
  readonly current: number | null
  /** Dashed outline: a model's proposal that nobody accepted yet. */
  readonly dashed: boolean
}

const CURRENT_EXTRA_FILL = 0.14
const HALO_EXTRA_PX = 2

const channels = (hex: string): [number, number, number] => [
  parseInt(hex.slice(1, 3), 16),
  parseInt(hex.slice(3, 5), 16),
  parseInt(hex.slice(5, 7), 16),
]

/** Packs the fill of every label value into little-endian RGBA words: index = label value. */
function fillWords(look: LabelLook): Uint32Array {
  const most = look.styles.reduce((value, style) => Math.max(value, style.value), 0)
  const words = new Uint32Array(most + 1)
  for (const style of look.styles) {
    if (!style.visible) continue
    const [r, g, b] = channels(style.color)
    const alpha = Math.min(1, look.fill + (style.value === look.current ? CURRENT_EXTRA_FILL : 0))
    words[style.value] = ((Math.round(alpha * 255) << 24) | (b << 16) | (g << 8) | r) >>> 0
  }
  return words
}

export class LabelLayer {
  private readonly context: CanvasRenderingContext2D
  private readonly fill = document.createElement('canvas')
  private outlines: { color: string; path: Path2D }[] = []
  private extent: ImageExtent | null = null

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.context = canvas.getContext('2d')!
  }

  resize(size: ViewSize): void {
    this.canvas.width = size.width
    this.canvas.height = size.height
  }

  clear(): void {
    this.extent = null
  }

  /**
   * Takes in the slice's label values anew: colours them at voxel size and traces the outlines. About 1 ms for 256 x 256 with a few labels.
   * @param values row-major, `extent.rows x extent.columns`
   */
  set(values: Uint16Array, extent: ImageExtent, look: LabelLook): void {
    this.extent = extent
    const { columns, rows } = extent
    if (this.fill.width !== columns || this.fill.height !== rows) {
      this.fill.width = columns
      this.fill.height = rows
    }
    const words = fillWords(look)
    const pixels = new Uint32Array(columns * rows)
    const present = new Set<number>()
    let last = 0
    for (let at = 0; at < pixels.length; at++) {
      const value = values[at]!
      if (value === 0) continue
      pixels[at] = words[value] ?? 0
      if (value !== last) present.add((last = value))
    }
    const rgba = new Uint8ClampedArray(pixels.buffer)
    this.fill.getContext('2d')!.putImageData(new ImageData(rgba, columns, rows), 0, 0)
    this.outlines = look.styles
      .filter(style => style.visible && present.has(style.value))
      .map(style => ({ color: style.color, path: pathOf(boundaryLoops(values, columns, rows, style.value)) }))
  }

  draw(view: ViewSize, transform: ViewTransform, look: LabelLook, devicePixelRatio: number): void {
    const { context } = this
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, view.width, view.height)
    if (!this.extent) return
    const [a, d, e, f] = canvasMatrix(this.extent, view, transform)
    context.setTransform(a, 0, 0, d, e, f)
    context.imageSmoothingEnabled = false
    context.drawImage(this.fill, 0, 0)
    if (look.outlinePx <= 0) return
    const matrix = new DOMMatrix([a, 0, 0, d, e, f])
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.lineJoin = 'round'
    context.setLineDash(look.dashed ? [5 * devicePixelRatio, 4 * devicePixelRatio] : [])
    const placed = this.outlines.map(({ color, path }) => {
      const screen = new Path2D()
      screen.addPath(path, matrix)
      return { color, screen }
    })
    context.strokeStyle = 'rgb(0 0 0 / 0.7)'
    context.lineWidth = (look.outlinePx + HALO_EXTRA_PX) * devicePixelRatio
    for (const { screen } of placed) context.stroke(screen)
    context.lineWidth = look.outlinePx * devicePixelRatio
    for (const { color, screen } of placed) {
      context.strokeStyle = color
      context.stroke(screen)
    }
    context.setLineDash([])
  }
}

function pathOf(loops: readonly (readonly number[])[]): Path2D {
  const path = new Path2D()
  for (const loop of loops) {
    path.moveTo(loop[0]!, loop[1]!)
    for (let at = 2; at < loop.length; at += 2) path.lineTo(loop[at]!, loop[at + 1]!)
    path.closePath()
  }
  return path
}
