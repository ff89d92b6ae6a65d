// The voxel edges around a label in a slice as closed loops along the grid: what outlines and the brush ring are drawn from.

/** Right, down, left, up: the four ways along the grid, in turning order. */
const STEP_X = [1, 0, -1, 0] as const
const STEP_Y = [0, 1, 0, -1] as const

/**
 * Loops along voxel edges with `label` on the right-hand side. Where two voxels meet only at a corner they get a loop each.
 * Coordinates are voxel corners: voxel (i, j) spans [i, i+1] x [j, j+1].
 * @param values label values, row-major, `rows x columns`
 * @returns one flat list x0, y0, x1, y1, … of corner points per loop; the last point joins the first
 */
export function boundaryLoops(values: ArrayLike<number>, columns: number, rows: number, label: number): number[][] {
  const is = (i: number, j: number): boolean =>
    i >= 0 && j >= 0 && i < columns && j < rows && values[j * columns + i] === label

  /** Whether an edge leaves corner (x, y) in this direction with the label on its right and something else on its left. */
  const leaves = (x: number, y: number, direction: number): boolean => {
    switch (direction) {
      case 0:
        return is(x, y) && !is(x, y - 1)
      case 1:
        return is(x - 1, y) && !is(x, y)
      case 2:
        return is(x - 1, y - 1) && !is(x - 1, y)
      default:
        return is(x, y - 1) && !is(x - 1, y - 1)
    }
  }

  const width = columns + 1
  // Every loop has an edge to the right along the top of some voxel: start from those not walked yet.
  const walked = new Uint8Array(width * (rows + 1))
  const loops: number[][] = []
  for (let startY = 0; startY < rows; startY++)
    for (let startX = 0; startX < columns; startX++) {
      if (
        values[startY * columns + startX] !== label ||
        walked[startY * width + startX] !== 0 ||
        is(startX, startY - 1)
      )
        continue
      const loop: number[] = []
      let [x, y, direction, before] = [startX, startY, 0, -1]
      do {
        if (direction === 0) walked[y * width + x] = 1
        if (direction !== before) loop.push(x, y)
        before = direction
        x += STEP_X[direction]!
        y += STEP_Y[direction]!
        // Turning right first keeps voxels that touch at a corner apart.
        direction = [(direction + 1) % 4, direction, (direction + 3) % 4].find(next => leaves(x, y, next))!
      } while (x !== startX || y !== startY || direction !== 0)
      // Started in the middle of a straight edge: its first point is no corner.
      if (before === 0) loop.splice(0, 2)
      loops.push(loop)
    }
  return loops
}
