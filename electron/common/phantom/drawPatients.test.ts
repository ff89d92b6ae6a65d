import { describe, expect, it } from 'vitest'
import { drawPatients, generatePhantom, PHANTOM_PATIENTS } from '.'
import { LESION } from './labels'

const SMALL = [64, 64, 24] as const

describe('further patients', () => {
  const six = drawPatients(7, 6, 'PT', 'train')

  it('are the same for the same seed, and the first ones whatever the count', () => {
    expect(drawPatients(7, 6, 'PT', 'train')).toEqual(six)
    expect(drawPatients(7, 2, 'PT', 'train')).toEqual(six.slice(0, 2))
    expect(drawPatients(8, 6, 'PT', 'train')[0]).not.toEqual(six[0])
  })

  it('are other people than each other and than those of the sample', () => {
    const all = [...six, ...PHANTOM_PATIENTS]
    for (const key of ['seed', 'id', 'name'] as const) expect(new Set(all.map(one => one[key])).size).toBe(all.length)
  })

  it('have livers with lesions, as the sample', () => {
    for (const patient of six.slice(0, 3)) {
      const { labels } = generatePhantom(patient, { size: SMALL })
      const lesions = labels.filter(label => label === LESION).length
      expect(lesions).toBeGreaterThan(30)
      expect(lesions).toBeLessThan(2000)
    }
  })
})
