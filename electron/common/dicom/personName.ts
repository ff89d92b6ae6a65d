// Person names (VR PN, PS3.5 6.2.1): up to three groups, each of up to five components.

export interface PersonName {
  /** Family^Given^Middle^Prefix^Suffix in Latin letters, as a reader would write it. */
  readonly alphabetic: string
  readonly ideographic: string
  readonly phonetic: string
}

/** `Yamada^Tarou=山田^太郎=やまだ^たろう` by group, components joined by spaces: prefix, given, middle, family, suffix for Latin letters. */
export function parsePersonName(value: string): PersonName {
  const [alphabetic = '', ideographic = '', phonetic = ''] = value.split('=')
  return { alphabetic: readable(alphabetic), ideographic: inOrder(ideographic), phonetic: inOrder(phonetic) }
}

/** One line for lists: the Latin name, then the ideographic one; whichever there is. */
export function displayName(value: string): string {
  const { alphabetic, ideographic, phonetic } = parsePersonName(value)
  return [alphabetic || phonetic, ideographic].filter(part => part !== '').join(' · ')
}

const parts = (group: string): string[] => group.split('^').map(part => part.trim())

function readable(group: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = parts(group)
  return [prefix, given, middle, family, suffix].filter(part => part !== '').join(' ')
}

const inOrder = (group: string): string =>
  parts(group)
    .filter(part => part !== '')
    .join(' ')
