// The values of the style sheet against WCAG 2.x: text 4.5 on every surface of its theme, edges and disabled text 3.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const tokens = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8')

const SURFACES = ['s0', 's1', 's2', 's3', 's4', 'selected']
const TEXT = ['text-1', 'text-2', 'text-3', 'accent', 'ok', 'warn', 'error', 'info']
const QUIET = ['text-off', 'edge', 'focus']

/** The colours of the first rule with this selector. */
function colours(selector: string): Map<string, string> {
  const from = tokens.indexOf(`${selector} {`)
  const rule = tokens.slice(from, tokens.indexOf('\n}', from))
  return new Map(Array.from(rule.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name, value]) => [name!, value!]))
}
const dark = colours(':root')
const light = new Map([...dark, ...colours("[data-theme='light']")])

/** WCAG 2.x, "relative luminance". */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map(at => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
function contrast(one: string, other: string): number {
  const [less, more] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (more! + 0.05) / (less! + 0.05)
}

const tooFaint = (theme: Map<string, string>, names: readonly string[], least: number): string[] =>
  names.flatMap(name =>
    SURFACES.filter(surface => contrast(theme.get(name)!, theme.get(surface)!) < least).map(on => `${name} on ${on}`),
  )

describe.each([
  ['dark', dark],
  ['light', light],
])('in the %s theme', (_, theme) => {
  it('text can be read on every surface', () => {
    expect(tooFaint(theme, TEXT, 4.5)).toEqual([])
    expect(contrast(theme.get('on-accent')!, theme.get('accent')!)).toBeGreaterThan(4.5)
  })

  it('disabled text, edges and the ring of focus can be made out', () => {
    expect(tooFaint(theme, QUIET, 3)).toEqual([])
  })

  it.each(['ok', 'warn', 'error', 'info'])('%s reads on its own soft ground', tone => {
    for (const name of [tone, 'text-1', 'text-2'])
      expect(contrast(theme.get(name)!, theme.get(`${tone}-soft`)!)).toBeGreaterThan(4.5)
  })
})
