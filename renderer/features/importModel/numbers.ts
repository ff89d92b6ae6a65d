// Numbers as people type them: comma or point. Pure.

/** null for anything that is no number. */
export function numberIn(typed: string): number | null {
  const text = typed.trim().replace(',', '.')
  const value = Number(text)
  return text === '' || !Number.isFinite(value) ? null : value
}

/** null for anything that is no whole number of at least `least`. */
export function wholeIn(typed: string, least: number): number | null {
  const value = numberIn(typed)
  return value !== null && Number.isInteger(value) && value >= least ? value : null
}
