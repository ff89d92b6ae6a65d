// For tests: strokes without end, the same in every process.
export const DRAWING_SIZE = [64, 64, 16] as const

/** The n-th stroke: brushes and erasers, one, two and three. */
export const drawingStroke = (n: number) => ({
  volumeId: 'test-volume',
  k: (n * 5) % 16,
  points: [[(n * 7) % 64, (n * 11) % 64], [(n * 13) % 64, (n * 17) % 64]] as [number, number][], // prettier-ignore
  radiusMm: 1 + (n % 4),
  tool: n % 5 === 4 ? ('eraser' as const) : ('brush' as const),
  label: n % 5 === 4 ? null : 1 + (n % 3),
  paintOver: 'unlocked' as const,
})
