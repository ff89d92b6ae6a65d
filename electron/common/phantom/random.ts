// Seeded random numbers of the phantom: integer arithmetic only, so every machine draws the same sequence.

export interface Random {
  /** 32 random bits. */
  bits(): number
  /** Uniform in [low, high). */
  between(low: number, high: number): number
  /** Uniform integer in [low, high], both included. */
  integer(low: number, high: number): number
}

/** FNV-1a of a stream's name, 32 bits. */
function hashName(name: string): number {
  let hash = 0x811c9dc5
  for (let n = 0; n < name.length; n++) hash = Math.imul(hash ^ name.charCodeAt(n), 0x01000193)
  return hash >>> 0
}

/** Avalanche of 32 bits (the finaliser of MurmurHash3). */
function scramble(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/**
 * A generator for one named part of one patient. Each organ draws from its own stream, so that a change to one leaves the others as they were.
 * Mulberry32: 2^32 states, far more than a stream uses.
 */
export function createRandom(seed: number, stream: string): Random {
  let state = scramble(scramble(seed) ^ hashName(stream))
  const bits = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
  const between = (low: number, high: number): number => low + (high - low) * (bits() / 4294967296)
  return { bits, between, integer: (low, high) => Math.floor(between(low, high + 1)) }
}
