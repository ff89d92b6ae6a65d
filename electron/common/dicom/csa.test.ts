import { describe, expect, it } from 'vitest'
import { parseCsa } from './csa'

/** A header in the newer form; the first of the four lengths per item is the one that does not count. */
function csa(tags: Record<string, string[]>): Uint8Array {
  const parts: number[] = [...ascii('SV10'), 4, 3, 2, 1, ...u32(Object.keys(tags).length), ...u32(77)]
  for (const [name, items] of Object.entries(tags)) {
    parts.push(
      ...ascii(name.padEnd(64, '\0')),
      ...u32(1),
      ...ascii('IS\0\0'),
      ...u32(6),
      ...u32(items.length),
      ...u32(77),
    )
    for (const item of items) {
      const length = item.length + 1
      parts.push(...u32(99), ...u32(length), ...u32(0), ...u32(0), ...ascii(item), 0)
      while (parts.length % 4 !== 0) parts.push(0)
    }
  }
  return Uint8Array.from(parts)
}
const ascii = (text: string): number[] => Array.from(text, letter => letter.charCodeAt(0))
const u32 = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24]

describe('Siemens CSA headers', () => {
  const bytes = csa({ NumberOfImagesInMosaic: ['36'], SliceNormalVector: ['0.0', '0.1', '-0.99'], Empty: [] })

  it('give named values', () => {
    const values = parseCsa(bytes)
    expect(values.get('NumberOfImagesInMosaic')).toEqual(['36'])
    expect(values.get('SliceNormalVector')).toEqual(['0.0', '0.1', '-0.99'])
    expect(values.get('Empty')).toEqual([])
  })

  it('that are cut off give what is there', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(parseCsa(bytes.subarray(0, length)).size).toBeLessThanOrEqual(3)
    expect(parseCsa(bytes.subarray(0, 130)).get('SliceNormalVector')).toBeUndefined()
  })
})
