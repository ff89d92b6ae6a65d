// Seeded random numbers for initial values: one independent stream per (seed, name), the same on every machine.

/** A stream of pseudo-random numbers. */
export interface RandomStream {
  /** Uniform in [0, 1), 24 random bits: exact in float32. */
  readonly uniform: () => number
  /** Standard normal. */
  readonly normal: () => number
}

/**
 * xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators", 2021) whose state is hashed from the
 * seed and a name. Naming the stream keeps a parameter's initial value when layers are added or reordered around it.
 */
export function randomStream(seed: number, name: string): RandomStream {
  const state = seedState(seed, name)
  let spare: number | null = null

  const uniform = () => (nextUint32(state) >>> 8) / 0x1000000
  const normal = () => {
    if (spare !== null) {
      const value = spare
      spare = null
      return value
    }
    // Box & Muller (1958); 1 - u keeps the logarithm finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
  return { uniform, normal }
}

function nextUint32(s: Uint32Array): number {
  const result = Math.imul(rotateLeft(Math.imul(s[1]!, 5), 7), 9) >>> 0
  const t = s[1]! << 9
  s[2]! ^= s[0]!
  s[3]! ^= s[1]!
  s[1]! ^= s[2]!
  s[0]! ^= s[3]!
  s[2]! ^= t
  s[3] = rotateLeft(s[3]!, 11)
  return result
}

const rotateLeft = (x: number, bits: number) => (x << bits) | (x >>> (32 - bits))

/** FNV-1a over the seed's 64-bit pattern and the UTF-16 units of the name, spread to 128 bits by splitmix32. */
function seedState(seed: number, name: string): Uint32Array {
  let hash = 0x811c9dc5
  const absorb = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193)
  }
  for (const byte of new Uint8Array(new Float64Array([seed]).buffer)) absorb(byte)
  for (let i = 0; i < name.length; i += 1) {
    absorb(name.charCodeAt(i) & 0xff)
    absorb(name.charCodeAt(i) >>> 8)
  }
  const state = new Uint32Array(4)
  for (let i = 0; i < 4; i += 1) {
    hash = (hash + 0x9e3779b9) | 0
    let z = hash ^ (hash >>> 16)
    z = Math.imul(z, 0x21f0aaad)
    z ^= z >>> 15
    z = Math.imul(z, 0x735a2d97)
    state[i] = z ^ (z >>> 15)
  }
  return state
}
