// A map of up to some hundred thousand points on one canvas, drawn by WebGL 2 once per frame when something changed. Where that takes
// longer than a frame (software GL), what was drawn is moved and stretched as long as the map is moved, and drawn anew when it rests.
import { FADED_BIT, pointProgram, type PointProgram } from './pointShader'
import { cssBetween, type MapSize, type MapTransform } from './scatterTransform'

/** A drawing that takes longer is not made at every step of a movement. */
const QUICK_MS = 6
/** A map that did not move for so long is drawn anew. */
const REST_MS = 180

/** How the points look; arrays are kept, not copied. */
export interface PointLook {
  /** [n, 4]: red, green, blue, shape number plus flag bits (pointShader.ts). */
  readonly styles: Uint8Array
  /** Points that are drawn, in drawing order: the last lies on top. */
  readonly order: Uint32Array
  /** 0 to 1 a point: up to so much larger; null: all of one size. */
  readonly larger: Float32Array | null
  /** Diameter in CSS pixels. */
  readonly sizePx: number
}

interface Buffers {
  readonly places: WebGLBuffer | null
  readonly styles: WebGLBuffer | null
  readonly larger: WebGLBuffer | null
  readonly order: WebGLBuffer | null
}

export class ScatterView {
  private readonly gl: WebGL2RenderingContext | null
  private program: PointProgram | null = null
  private buffers: Buffers | null = null
  private frame = 0
  private ratio = 1
  private size: MapSize = { width: 1, height: 1 }
  private transform: MapTransform = { scale: 1, centre: [0, 0] }
  private points: Float32Array = new Float32Array(0)
  private look: PointLook | null = null
  /** What the canvas shows; null before the first drawing. */
  private drawn: MapTransform | null = null
  private drawingMs = 0
  private resting: ReturnType<typeof setTimeout> | undefined
  private readonly pixel = new Uint8Array(4)
  private readonly stale = { points: true, look: true }

  /** `usable` is false where the computer gives no WebGL 2: then nothing is drawn, and the owner of the canvas says so. */
  readonly usable: boolean

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.gl = canvas.getContext('webgl2', { antialias: false, alpha: false, powerPreference: 'low-power' })
    this.usable = this.gl !== null && this.prepare()
    canvas.addEventListener('webglcontextlost', this.onLost)
    canvas.addEventListener('webglcontextrestored', this.onRestored)
  }

  dispose(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.resting)
    this.canvas.removeEventListener('webglcontextlost', this.onLost)
    this.canvas.removeEventListener('webglcontextrestored', this.onRestored)
    this.gl?.getExtension('WEBGL_lose_context')?.loseContext()
  }

  resize(size: MapSize, devicePixelRatio: number): void {
    this.size = size
    this.ratio = devicePixelRatio
    this.canvas.width = Math.max(1, Math.round(size.width * devicePixelRatio))
    this.canvas.height = Math.max(1, Math.round(size.height * devicePixelRatio))
    this.canvas.style.transformOrigin = '0 0'
    this.canvas.style.willChange = 'transform'
    this.drawn = null
    this.schedule()
  }

  setTransform(transform: MapTransform): void {
    this.transform = transform
    if (this.drawn === null || this.drawingMs <= QUICK_MS) return this.schedule()
    const { scale, x, y } = cssBetween(this.drawn, transform, this.size)
    this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${scale})`
    clearTimeout(this.resting)
    this.resting = setTimeout(() => this.schedule(), REST_MS)
  }

  /** @param points [n, 2], map coordinates */
  setPoints(points: Float32Array): void {
    this.points = points
    this.stale.points = true
    this.schedule()
  }

  setLook(look: PointLook): void {
    this.look = look
    this.stale.look = true
    this.schedule()
  }

  private readonly onLost = (event: Event): void => event.preventDefault()

  /** The graphics process was restarted: everything on its side is made again. */
  private readonly onRestored = (): void => {
    if (!this.prepare()) return
    this.stale.points = this.stale.look = true
    this.schedule()
  }

  private prepare(): boolean {
    const { gl } = this
    if (!gl) return false
    this.program = pointProgram(gl)
    const buffer = (): WebGLBuffer | null => gl.createBuffer()
    this.buffers = { places: buffer(), styles: buffer(), larger: buffer(), order: buffer() }
    return this.program !== null
  }

  private schedule(): void {
    if (this.usable) this.frame ||= requestAnimationFrame(() => this.draw())
  }

  private draw(): void {
    this.frame = 0
    const { gl, program, look, points } = this
    if (!gl || !program || gl.isContextLost()) return
    const startedAt = performance.now()
    this.drawn = this.transform
    this.canvas.style.transform = ''
    gl.viewport(0, 0, this.canvas.width, this.canvas.height)
    gl.clearColor(0, 0, 0, 1)
    gl.clear(gl.COLOR_BUFFER_BIT)
    // Points of another map than the look is for: the two arrive one after the other.
    if (!look || look.styles.length !== 2 * points.length || points.length === 0) return
    this.upload(gl, program, look)
    gl.useProgram(program.program)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
    const { scale, centre } = this.transform
    gl.uniform2f(program.centre, centre[0], centre[1])
    gl.uniform2f(program.scale, (2 * scale) / this.size.width, (2 * scale) / this.size.height)
    gl.uniform1f(program.size, look.sizePx * this.ratio)
    gl.drawElements(gl.POINTS, look.order.length, gl.UNSIGNED_INT, 0)
    // One pixel read back waits for the drawing: else only the giving of orders would be timed.
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, this.pixel)
    this.drawingMs = performance.now() - startedAt
  }

  private upload(gl: WebGL2RenderingContext, program: PointProgram, look: PointLook): void {
    const { buffers, stale } = this
    if (!buffers) return
    if (stale.points) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.places)
      gl.bufferData(gl.ARRAY_BUFFER, this.points, gl.STATIC_DRAW)
      gl.enableVertexAttribArray(program.place)
      gl.vertexAttribPointer(program.place, 2, gl.FLOAT, false, 0, 0)
    }
    if (stale.look) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffers.styles)
      gl.bufferData(gl.ARRAY_BUFFER, look.styles, gl.DYNAMIC_DRAW)
      gl.enableVertexAttribArray(program.style)
      gl.vertexAttribIPointer(program.style, 4, gl.UNSIGNED_BYTE, 0, 0)
      if (look.larger) {
        gl.bindBuffer(gl.ARRAY_BUFFER, buffers.larger)
        gl.bufferData(gl.ARRAY_BUFFER, look.larger, gl.DYNAMIC_DRAW)
        gl.enableVertexAttribArray(program.larger)
        gl.vertexAttribPointer(program.larger, 1, gl.FLOAT, false, 0, 0)
      } else {
        gl.disableVertexAttribArray(program.larger)
        gl.vertexAttrib1f(program.larger, 0)
      }
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, buffers.order)
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, look.order, gl.DYNAMIC_DRAW)
    }
    stale.points = stale.look = false
  }
}

/** The fourth style byte. */
export const styleByte = (shape: number, faded: boolean): number => (shape & 7) | (faded ? FADED_BIT : 0)
