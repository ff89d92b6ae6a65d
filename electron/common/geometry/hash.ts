// A short stable name for facts: the same text gives the same hash on every machine. For identity, not for security.

/** FNV-1a, 64 bit, over UTF-16 code units; 16 hexadecimal digits. */
export function hashText(text: string): string {
  let high = 0xcbf29ce4
  let low = 0x84222325
  for (let n = 0; n < text.length; n++) {
    low = (low ^ text.charCodeAt(n)) >>> 0
    // times the prime 2^40 + 0x1b3, in two halves
    const product = low * 0x1b3
    const carry = Math.floor(product / 0x100000000)
    high = (Math.imul(high, 0x1b3) + carry + (low << 8)) >>> 0
    low = product >>> 0
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}
