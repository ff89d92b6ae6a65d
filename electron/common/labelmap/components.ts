// Connected components of a label map, by runs along i and union-find: every label at once, touching voxels of other labels stay apart.

/** Neighbours that touch by face (6), edge (18) or corner (26). */
export type Connectivity = 6 | 18 | 26

export interface Component {
  readonly value: number
  readonly voxels: number
}

/** Run r: voxels start[r] to start[r] + length[r] - 1 belong to components[component[r]]. */
export interface Components {
  readonly components: readonly Component[]
  readonly start: Uint32Array
  readonly length: Uint32Array
  readonly component: Uint32Array
}

interface Runs {
  readonly start: number[]
  readonly length: number[]
  readonly value: number[]
  /** First run of each row (j, k), and one past the last row. */
  readonly rowBegin: Uint32Array
}

function findRuns(values: Uint16Array | Uint8Array, columns: number): Runs {
  const rows = values.length / columns
  const runs: Runs = { start: [], length: [], value: [], rowBegin: new Uint32Array(rows + 1) }
  for (let row = 0; row < rows; row++) {
    runs.rowBegin[row] = runs.start.length
    const rowEnd = (row + 1) * columns
    for (let at = row * columns; at < rowEnd;) {
      const value = values[at]!
      let end = at + 1
      while (end < rowEnd && values[end] === value) end++
      if (value !== 0) {
        runs.start.push(at)
        runs.length.push(end - at)
        runs.value.push(value)
      }
      at = end
    }
  }
  runs.rowBegin[rows] = runs.start.length
  return runs
}

/** Which earlier rows touch a row, and by how many columns runs may miss each other and still touch. */
function neighbourRows(connectivity: Connectivity): { dj: number; dk: number; slack: number }[] {
  const near = connectivity === 6 ? 0 : 1
  const face = [
    { dj: -1, dk: 0, slack: near },
    { dj: 0, dk: -1, slack: near },
  ]
  if (connectivity === 6) return face
  const slack = connectivity === 26 ? 1 : 0
  return [...face, { dj: -1, dk: -1, slack }, { dj: 1, dk: -1, slack }]
}

/** @param size [i, j, k] of `values` */
export function connectedComponents(
  values: Uint16Array | Uint8Array,
  size: readonly [number, number, number],
  connectivity: Connectivity = 26,
): Components {
  const [columns, rows, slices] = size
  const runs = findRuns(values, columns)
  const parent = Uint32Array.from(runs.start, (_, run) => run)
  const rootOf = (run: number): number => {
    let root = run
    while (parent[root] !== root) root = parent[root] = parent[parent[root]!]!
    return root
  }
  const join = (a: number, b: number): void => {
    const [rootA, rootB] = [rootOf(a), rootOf(b)]
    parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB)
  }

  const neighbours = neighbourRows(connectivity)
  for (let k = 0; k < slices; k++)
    for (let j = 0; j < rows; j++)
      for (const { dj, dk, slack } of neighbours) {
        if (j + dj < 0 || j + dj >= rows || k + dk < 0) continue
        joinTouching(runs, k * rows + j, (k + dk) * rows + j + dj, columns, slack, join)
      }
  return collect(runs, rootOf)
}

/** Joins the runs of two rows that share a label and overlap (up to `slack` columns apart); both rows are sorted. */
function joinTouching(
  runs: Runs,
  row: number,
  other: number,
  columns: number,
  slack: number,
  join: (a: number, b: number) => void,
): void {
  const [endA, endB] = [runs.rowBegin[row + 1]!, runs.rowBegin[other + 1]!]
  const shift = (row - other) * columns
  let a = runs.rowBegin[row]!
  let b = runs.rowBegin[other]!
  const touch = (runA: number, runB: number): boolean => {
    const [startA, startB] = [runs.start[runA]!, runs.start[runB]! + shift]
    return startA < startB + runs.length[runB]! + slack && startB < startA + runs.length[runA]! + slack
  }
  while (a < endA && b < endB) {
    if (runs.value[a] === runs.value[b] && touch(a, b)) join(a, b)
    const stopA = runs.start[a]! + runs.length[a]!
    const stopB = runs.start[b]! + runs.length[b]! + shift
    // Two runs that end together may each touch the other's successor by a corner.
    if (stopA === stopB && a + 1 < endA && runs.value[a + 1] === runs.value[b] && touch(a + 1, b)) join(a + 1, b)
    if (stopA < stopB) a++
    else b++
  }
}

function collect(runs: Runs, rootOf: (run: number) => number): Components {
  const numberOfRoot = new Map<number, number>()
  const components: { value: number; voxels: number }[] = []
  const component = Uint32Array.from(runs.start, (_, run) => {
    const root = rootOf(run)
    let number = numberOfRoot.get(root)
    if (number === undefined) {
      number = components.length
      numberOfRoot.set(root, number)
      components.push({ value: runs.value[run]!, voxels: 0 })
    }
    components[number]!.voxels += runs.length[run]!
    return number
  })
  return { components, start: Uint32Array.from(runs.start), length: Uint32Array.from(runs.length), component }
}
