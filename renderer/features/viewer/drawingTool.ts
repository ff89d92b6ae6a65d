// What a drawing tool and the view have to do with each other. Points are image coordinates: integers are voxel centres.
import type { Footprint } from '#common/labelmap/footprint'

type ImagePoint = readonly [i: number, j: number]

/** Without a drawing tool the left button windows. */
export interface DrawingTool {
  /** Takes hold on slice k. @returns whether it wants the drag. */
  press(point: ImagePoint, k: number): boolean
  drag(points: readonly ImagePoint[]): void
  release(): void
  cancel(): void
  /** The voxels it would change at a point; null hides the ring. */
  footprint(point: ImagePoint): Footprint | null
  /** One step larger or smaller per unit. */
  resize(steps: number): void
}
