// A stroke while it is being drawn: paints the shown slice at once, piece by piece, by the service's own rules. Pure.
import { applyDelta } from '#common/labelmap/delta'
import { strokeFootprint, type SliceShape } from '#common/labelmap/footprint'
import { paint, type PaintRule } from '#common/labelmap/paint'

export type ImagePoint = readonly [i: number, j: number]

export class StrokeSession {
  readonly points: ImagePoint[] = []
  /** Voxels changed so far. */
  changed = 0

  constructor(
    private readonly shape: SliceShape,
    private readonly radiusMm: number,
    private readonly rule: PaintRule,
  ) {}

  /** Goes on to a point and paints the piece since the last one; the union of the pieces is the whole stroke's footprint. */
  extend(labels: Uint16Array, point: ImagePoint): void {
    const last = this.points.at(-1)
    if (last && last[0] === point[0] && last[1] === point[1]) return
    this.points.push(point)
    this.changed += paintPoints(labels, this.shape, last ? [last, point] : [point], this.radiusMm, this.rule)
  }

  /** The whole stroke over label values as they were before it. */
  repaint(labels: Uint16Array): void {
    paintPoints(labels, this.shape, this.points, this.radiusMm, this.rule)
  }
}

function paintPoints(
  labels: Uint16Array,
  shape: SliceShape,
  points: readonly ImagePoint[],
  radiusMm: number,
  rule: PaintRule,
): number {
  const footprint = strokeFootprint(shape, points, radiusMm)
  if (!footprint) return 0
  const delta = paint(labels, shape.columns, footprint, rule)
  applyDelta(labels, delta)
  return delta.length.reduce((sum, length) => sum + length, 0)
}
