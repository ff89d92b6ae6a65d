// Numbers written as text (VR DS and IS, PS3.5 6.2), whatever the writer's locale.

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/**
 * One decimal or integer string. A comma as the decimal sign is against the standard but written by real devices; both are read.
 * @returns null when empty, not a number, or not finite.
 */
export function parseDecimal(text: string): number | null {
  const trimmed = text.replace(/\0/g, ' ').trim().replace(',', '.')
  if (!DECIMAL.test(trimmed)) return null
  const value = Number(trimmed)
  return Number.isFinite(value) ? value : null
}

/** Backslash-separated values; null where one is missing or unusable. An empty text has no values. */
export const parseDecimals = (text: string): (number | null)[] =>
  text.replace(/\0/g, ' ').trim() === '' ? [] : text.split('\\').map(parseDecimal)
