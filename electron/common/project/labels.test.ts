import { describe, expect, it } from 'vitest'
import type { Label } from '../ipc/project'
import { LABEL_COLORS, labelsByName, labelsForValues, newLabel, nextColor, nextValue } from './labels'

const table = (...names: string[]): Label[] =>
  names.reduce<Label[]>((labels, name) => [...labels, newLabel(labels, name)], [])

describe('label table', () => {
  it('gives out values and colours in order, and the colours again after the twelfth', () => {
    const labels = table(...Array.from({ length: 13 }, (_, n) => `Label ${n + 1}`))
    expect(labels.map(label => label.value)).toEqual(Array.from({ length: 13 }, (_, n) => n + 1))
    expect(labels.slice(0, 12).map(label => label.color)).toEqual([...LABEL_COLORS])
    expect(labels[12]!.color).toBe(LABEL_COLORS[0])
  })

  it('fills the gap a removed label left', () => {
    const labels = table('A', 'B', 'C').filter(label => label.name !== 'B')
    expect(nextValue(labels)).toBe(2)
    expect(nextColor(labels)).toBe(LABEL_COLORS[1])
  })

  it('adds labels for the values of a file, and keeps those it has', () => {
    const labels = labelsForValues(table('Liver'), [1, 5, 200])
    expect(labels.map(({ value, name }) => [value, name])).toEqual([
      [1, 'Liver'],
      [5, 'Label 5'],
      [200, 'Label 200'],
    ])
  })

  it('finds the labels of a model by name, whatever their case and value, and adds the others', () => {
    const { table: labels, values } = labelsByName(table('Liver', 'Spine'), [
      { value: 2, name: 'liver', color: '#aabbcc' },
      { value: 1, name: 'Lesion', color: '#56b4e9' },
      { value: 7, name: 'Lung', color: '#abcdef' },
    ])
    expect(values).toEqual([1, 3, 7])
    expect(labels.map(({ value, name, color }) => [value, name, color])).toEqual([
      [1, 'Liver', '#56b4e9'],
      [2, 'Spine', '#f0e442'],
      [3, 'Lesion', '#d55e00'],
      [7, 'Lung', '#abcdef'],
    ])
  })
})
