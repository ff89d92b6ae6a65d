// The brush's diameter in mm: its limits and its steps.
export const BRUSH_MM = { least: 0.2, most: 200 } as const

/** Steps of `[`, `]` and Shift+wheel: about a tenth, at least 0.2 mm, on a 0.1 mm raster. */
export function steppedDiameterMm(diameterMm: number, steps: number): number {
  let next = diameterMm
  for (let n = 0; n < Math.abs(steps); n++) next += Math.sign(steps) * Math.max(0.2, next * 0.1)
  return Math.min(BRUSH_MM.most, Math.max(BRUSH_MM.least, Math.round(next * 10) / 10))
}
