// The voxel edges around a label in a slice, as line segments along the grid: what outlines and the brush ring are drawn from.

/**
 * Edges between voxels of `label` and anything else, collinear neighbours joined. Coordinates are voxel corners: voxel (i, j) spans [i, i+1] x [j, j+1].
 * @param values label values, row-major, `rows x columns`
 * @returns segments as x0, y0, x1, y1 quadruples
 */
export function boundarySegments(values: ArrayLike<number>, columns: number, rows: number, label: number): number[] {
  const segments: number[] = []
  const is = (i: number, j: number): boolean =>
    i >= 0 && j >= 0 && i < columns && j < rows && values[j * columns + i] === label
  for (let j = 0; j <= rows; j++) {
    let start = -1
    for (let i = 0; i <= columns; i++) {
      const edge = i < columns && is(i, j - 1) !== is(i, j)
      if (edge && start < 0) start = i
      if (!edge && start >= 0) {
        segments.push(start, j, i, j)
        start = -1
      }
    }
  }
  for (let i = 0; i <= columns; i++) {
    let start = -1
    for (let j = 0; j <= rows; j++) {
      const edge = j < rows && is(i - 1, j) !== is(i, j)
      if (edge && start < 0) start = j
      if (!edge && start >= 0) {
        segments.push(i, start, i, j)
        start = -1
      }
    }
  }
  return segments
}
