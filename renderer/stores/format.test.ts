import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseName, bytes, count, day, dicomAge, dicomDate, duration, fixed, memory, plural } from './format'

const plain = (text: string): string => text.replaceAll('\u202f', '').replaceAll('\u2212', '-')

describe('numbers in words', () => {
  it('groups thousands and keeps the value', () => {
    expect(count(1204)).toBe('1\u202f204')
    expect(count(-1024)).toBe('\u22121\u202f024')
    expect(count(-0.3)).toBe('0')
    fc.assert(
      fc.property(fc.integer(), value => {
        expect(Number(plain(count(value)))).toBe(value)
      }),
    )
  })

  it('fixes decimals and never writes minus zero', () => {
    expect(fixed(1482.64, 1)).toBe('1\u202f482.6')
    expect(fixed(-0.04, 1)).toBe('0.0')
    expect(fixed(-12.25, 2)).toBe('\u221212.25')
  })

  it('says memory in the unit that says something', () => {
    expect(memory(28)).toBe('28 MB')
    expect(memory(1023)).toBe('1\u202f023 MB')
    expect(memory(1331)).toBe('1.3 GB')
  })

  it.each([
    [0, '0 slices'],
    [1, '1 slice'],
    [2, '2 slices'],
  ])('counts %i', (value, text) => expect(plural(value, 'slice')).toBe(text))

  it.each([
    [999, '999 B'],
    [41_000, '41.0 kB'],
    [4_100_000, '4.1 MB'],
    [212_000_000_000, '212 GB'],
  ])('sizes %i', (value, text) => expect(bytes(value)).toBe(text))

  it.each([
    [0.2, '0 s'],
    [59.6, '1 min'],
    [170, '2 min 50 s'],
    [780, '13 min'],
    [3720, '1 h 2 min'],
    [7200, '2 h'],
  ])('lasts %d s: %s', (seconds, text) => expect(duration(seconds)).toBe(text))
})

describe('days', () => {
  const now = new Date(2024, 4, 10, 13, 0)
  it.each([
    [new Date(2024, 4, 10, 0, 5), 'Today, 00:05'],
    [new Date(2024, 4, 9, 23, 59), 'Yesterday'],
    [new Date(2024, 2, 12), '12 Mar 2024'],
    [new Date('nonsense'), ''],
  ])('%o is %s', (date, text) => expect(day(date, now)).toBe(text))

  it('reads DICOM dates and ages, and leaves what is none', () => {
    expect(dicomDate('20240312')).toBe('12 Mar 2024')
    expect(dicomDate('20241399')).toBe('20241399')
    expect(dicomDate('')).toBe('')
    expect(dicomAge('054Y')).toBe('54')
    expect(dicomAge('003M')).toBe('3 months')
    expect(dicomAge('unknown')).toBe('unknown')
  })
})

it('names the last part of a path of either kind', () => {
  expect(baseName('/scans/anna/')).toBe('anna')
  expect(baseName('C:\\Scans\\médical 影像')).toBe('médical 影像')
})
