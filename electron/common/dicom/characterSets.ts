// Text in the character sets of the standard (PS3.3 C.12.1.1.2, PS3.5 6.1): Specific Character Set to a string.

/** Single-byte sets and sets without code extensions, by defined term, as WHATWG encoding labels. */
const ENCODINGS: Readonly<Record<string, string>> = {
  '': 'latin1',
  'ISO_IR 6': 'latin1',
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'tis-620',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
}

/** What an escape sequence switches on (PS3.3 tables C.12-3 and C.12-4): an encoding and how its bytes are fed to it. */
interface Extension {
  readonly escape: string
  readonly encoding: string
  /** `G0` double-byte sets have the high bit clear and need it set for the EUC form of the same set. */
  readonly form: 'plain' | 'set-high' | 'set-high-8f'
}

const single = (escape: string, encoding: string): Extension => ({ escape, encoding, form: 'plain' })

const EXTENSIONS: readonly Extension[] = [
  single('(B', 'latin1'),
  single('-A', 'latin1'),
  single('-B', 'iso-8859-2'),
  single('-C', 'iso-8859-3'),
  single('-D', 'iso-8859-4'),
  single('-L', 'iso-8859-5'),
  single('-G', 'iso-8859-6'),
  single('-F', 'iso-8859-7'),
  single('-H', 'iso-8859-8'),
  single('-M', 'iso-8859-9'),
  single('-b', 'iso-8859-15'),
  single('-T', 'tis-620'),
  single(')I', 'shift_jis'),
  single('(J', 'shift_jis'),
  single('$)C', 'euc-kr'),
  single('$)A', 'gbk'),
  { escape: '$B', encoding: 'euc-jp', form: 'set-high' },
  { escape: '$@', encoding: 'euc-jp', form: 'set-high' },
  { escape: '$(D', encoding: 'euc-jp', form: 'set-high-8f' },
]

const ESC = 0x1b
const DECODERS = new Map<string, TextDecoder>()

function decoder(encoding: string): TextDecoder {
  const known = DECODERS.get(encoding)
  if (known) return known
  const made = new TextDecoder(encoding)
  DECODERS.set(encoding, made)
  return made
}

/** The defined terms of (0008,0005), tidied: `ISO 2022 IR 100` and sloppy spellings become `ISO_IR 100`. */
export function characterSetTerms(value: string): string[] {
  return value.split('\\').map(term => {
    const tidy = term.replace(/\0/g, ' ').trim().toUpperCase().replace(/\s+/g, ' ')
    const number = /^ISO[ _-]?(?:2022[ _-])?(?:IR)?[ _-]?(\d+)$/.exec(tidy)?.[1]
    return number ? `ISO_IR ${number}` : tidy
  })
}

/**
 * Bytes of a text element (VR SH, LO, ST, LT, UC, UT, PN) as a string.
 *
 * @param terms from `characterSetTerms`; an unknown first term is read as Latin-1, so that no byte is lost
 * @param delimiters bytes that end a code extension: `\`, control characters, and in person names `^` and `=` (PS3.5 6.1.2.5.3)
 */
export function decodeText(bytes: Uint8Array, terms: readonly string[], delimiters = '\\\r\n\f\t'): string {
  const initial = ENCODINGS[terms[0] ?? ''] ?? 'latin1'
  if (!bytes.includes(ESC)) return decoder(initial).decode(bytes)
  const stops = new Set(Array.from(delimiters, delimiter => delimiter.charCodeAt(0)))
  let text = ''
  let active: Extension = single('', initial)
  let from = 0
  const flush = (until: number): void => {
    if (until > from) text += decodeRun(bytes.subarray(from, until), active)
    from = until
  }
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === ESC) {
      flush(at)
      const next = EXTENSIONS.find(({ escape }) => startsWith(bytes, at + 1, escape))
      if (next) active = next
      at += next ? next.escape.length : 0
      from = at + 1
    } else if (stops.has(byte) && active.form === 'plain') {
      flush(at)
      active = single('', initial)
    }
  }
  flush(bytes.length)
  return text
}

export const PERSON_NAME_DELIMITERS = '\\^=\r\n\f\t'

function decodeRun(run: Uint8Array, { encoding, form }: Extension): string {
  if (form === 'plain') return decoder(encoding).decode(run)
  const bytes: number[] = []
  for (let n = 0; n + 1 < run.length; n += 2) {
    if (form === 'set-high-8f') bytes.push(0x8f)
    bytes.push(run[n]! | 0x80, run[n + 1]! | 0x80)
  }
  return decoder(encoding).decode(Uint8Array.from(bytes))
}

const startsWith = (bytes: Uint8Array, at: number, text: string): boolean =>
  Array.from(text).every((letter, index) => bytes[at + index] === letter.charCodeAt(0))
