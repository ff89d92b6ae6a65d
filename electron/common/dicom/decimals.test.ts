import { describe, expect, it } from 'vitest'
import { parseDecimal, parseDecimals } from './decimals'

describe('decimal strings', () => {
  it.each([
    ['1.5', 1.5],
    [' -0.001 ', -0.001],
    ['+2E-3', 0.002],
    ['.5', 0.5],
    ['7.', 7],
    ['0,488281', 0.488281],
    ['12\0', 12],
    ['0', 0],
  ])('%j is %d', (text, value) => {
    expect(parseDecimal(text)).toBe(value)
  })

  it.each(['', ' ', 'NaN', 'Infinity', '1e999', '1.2.3', '0x10', '1A', '--1'])('%j is missing', text => {
    expect(parseDecimal(text)).toBeNull()
  })

  it('come as lists, gaps kept', () => {
    expect(parseDecimals('40\\-600')).toEqual([40, -600])
    expect(parseDecimals('1\\\\3')).toEqual([1, null, 3])
    expect(parseDecimals('')).toEqual([])
  })
})
