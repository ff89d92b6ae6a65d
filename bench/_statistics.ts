// Medians and percentiles of measured times.

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  if (sorted.length === 0) return NaN
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
}

export const rounded = (value: number): number => Math.round(value * 100) / 100

export const summary = (values: readonly number[]): { count: number; median: number; p95: number; worst: number } => ({
  count: values.length,
  median: rounded(quantile(values, 0.5)),
  p95: rounded(quantile(values, 0.95)),
  worst: rounded(Math.max(...values)),
})
