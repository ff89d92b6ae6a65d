import { describe, expect, it } from 'vitest'
import { characterSetTerms, decodeText, PERSON_NAME_DELIMITERS } from './characterSets'
import { displayName, parsePersonName } from './personName'

const bytes = (...parts: (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap(part => (typeof part === 'string' ? Array.from(part, c => c.charCodeAt(0)) : [...part])),
  )
const name = (value: Uint8Array, sets: string): string =>
  decodeText(value, characterSetTerms(sets), PERSON_NAME_DELIMITERS)
const ESC = [0x1b]

// The examples of PS3.5 annexes H, I, J and K.
const JAPANESE_1 = bytes(
  'Yamada^Tarou=',
  ...[ESC, '$B', [0x3b, 0x33, 0x45, 0x44], ESC, '(B^', ESC, '$B', [0x42, 0x40, 0x4f, 0x3a], ESC, '(B='],
  ...[
    ESC,
    '$B',
    [0x24, 0x64, 0x24, 0x5e, 0x24, 0x40],
    ESC,
    '(B^',
    ESC,
    '$B',
    [0x24, 0x3f, 0x24, 0x6d, 0x24, 0x26],
    ESC,
    '(B',
  ],
)
const JAPANESE_2 = bytes(
  ...[[0xd4, 0xcf, 0xc0, 0xde], '^', [0xc0, 0xdb, 0xb3], '='],
  ...[ESC, '$B', [0x3b, 0x33, 0x45, 0x44], ESC, '(J^', ESC, '$B', [0x42, 0x40, 0x4f, 0x3a], ESC, '(J='],
  ...[
    ESC,
    '$B',
    [0x24, 0x64, 0x24, 0x5e, 0x24, 0x40],
    ESC,
    '(J^',
    ESC,
    '$B',
    [0x24, 0x3f, 0x24, 0x6d, 0x24, 0x26],
    ESC,
    '(J',
  ],
)
const KOREAN = bytes(
  'Hong^Gildong=',
  ...[ESC, '$)C', [0xfb, 0xf3], '^', ESC, '$)C', [0xd1, 0xce, 0xd4, 0xd7], '='],
  ...[ESC, '$)C', [0xc8, 0xab], '^', ESC, '$)C', [0xb1, 0xe6, 0xb5, 0xbf]],
)
const CHINESE_2022 = bytes('Zhang^XiaoDong=', ESC, '$)A', [0xd5, 0xc5], '^', ESC, '$)A', [0xd0, 0xa1, 0xb6, 0xab], '=')

describe('text in the character sets of the standard', () => {
  it.each([
    ['Japanese with code extensions (H.3.1)', JAPANESE_1, '\\ISO 2022 IR 87', 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
    [
      'Japanese with half-width katakana (H.3.2)',
      JAPANESE_2,
      'ISO 2022 IR 13\\ISO 2022 IR 87',
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    ],
    ['Korean (I.2)', KOREAN, '\\ISO 2022 IR 149', 'Hong^Gildong=洪^吉洞=홍^길동'],
    ['simplified Chinese with code extensions (K.2)', CHINESE_2022, '\\ISO 2022 IR 58', 'Zhang^XiaoDong=张^小东='],
    [
      'Chinese in UTF-8 (J.1)',
      new TextEncoder().encode('Wang^XiaoDong=王^小東='),
      'ISO_IR 192',
      'Wang^XiaoDong=王^小東=',
    ],
    [
      'Chinese in GB18030 (J.2)',
      bytes('Wang^XiaoDong=', [0xcd, 0xf5], '^', [0xd0, 0xa1, 0xb6, 0xab], '='),
      'GB18030',
      'Wang^XiaoDong=王^小东=',
    ],
    ['German', bytes('M', [0xfc], 'ller'), 'ISO_IR 100', 'Müller'],
    ['Czech', bytes([0xa9], 'ev', [0xe8, 0xed], 'k'), 'ISO_IR 101', 'Ševčík'],
    ['Russian', bytes([0xbb, 0xee, 0xda]), 'ISO_IR 144', 'Люк'],
    ['Arabic', bytes([0xe2, 0xc8, 0xc7, 0xe6, 0xea]), 'ISO_IR 127', 'قباني'],
    ['Greek', bytes([0xc4, 0xe9, 0xef]), 'ISO_IR 126', 'Διο'],
    ['Hebrew', bytes([0xf9, 0xf8, 0xe5, 0xef]), 'ISO_IR 138', 'שרון'],
    ['Thai', bytes([0xb9, 0xd2, 0xc2]), 'ISO_IR 166', 'นาย'],
    ['Turkish', bytes([0xc7], 'a', [0xf0], 'r', [0xfd]), 'ISO_IR 148', 'Çağrı'],
  ])('%s', (_, value, sets, expected) => {
    expect(name(value, sets)).toBe(expected)
  })

  it('returns to the first set at a delimiter', () => {
    const value = bytes(ESC, '-F', [0xc4], '^', [0xc4])
    expect(name(value, 'ISO 2022 IR 100\\ISO 2022 IR 126')).toBe('Δ^Ä')
  })

  it('reads sloppy names of sets, and no set as Latin letters', () => {
    expect(characterSetTerms('ISO IR 100\\iso-ir-144 \\ISO 2022 IR 87\\\0')).toEqual([
      'ISO_IR 100',
      'ISO_IR 144',
      'ISO_IR 87',
      '',
    ])
    expect(decodeText(bytes('caf', [0xe9]), [])).toBe('café')
    expect(decodeText(bytes('x'), ['NO SUCH SET'])).toBe('x')
  })
})

describe('person names', () => {
  it('fall into groups, written as people write them', () => {
    expect(parsePersonName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toEqual({
      alphabetic: 'Tarou Yamada',
      ideographic: '山田 太郎',
      phonetic: 'やまだ たろう',
    })
    expect(parsePersonName('Adams^John Robert Quincy^^Rev.^B.A. M.Div.').alphabetic).toBe(
      'Rev. John Robert Quincy Adams B.A. M.Div.',
    )
    expect(parsePersonName('')).toEqual({ alphabetic: '', ideographic: '', phonetic: '' })
  })

  it('stand in lists as one line, whichever groups there are', () => {
    expect(displayName('Yamada^Tarou=山田^太郎=やまだ^たろう')).toBe('Tarou Yamada · 山田 太郎')
    expect(displayName('Phantom^Anna')).toBe('Anna Phantom')
    expect(displayName('=山田^太郎')).toBe('山田 太郎')
    expect(displayName('ANON')).toBe('ANON')
    expect(displayName('')).toBe('')
  })
})
