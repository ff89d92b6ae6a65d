import { describe, expect, it } from 'vitest'
import { importCardSchema, type ForeignModel } from '#common/ipc/modelImport'
import { foreignModel } from '../../api/fake/foreignModel'
import { cardOf, draftOf, labelRows, type Draft } from './draft'
import { numberIn, wholeIn } from './numbers'

const open = { inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 3, 'h', 'w'] }], axes: ['NCHW'] }
const file = (part: Partial<ForeignModel> = {}) => foreignModel('/models/lung-unet.onnx', part)

/** What the file of the fake leaves to a person. */
const SAID: Partial<Draft> = {
  ...{ modality: 'CT', licence: 'MIT', source: 'A. Author 2021', axes: 'NCHW', orientation: 'LPS' },
  ...{ spacing: 'scan', clip: 'range', clipLow: '-1000', clipHigh: '400', scaling: 'range', low: '-1000', high: '400' },
}
const filled = (part: Partial<Draft> = {}, model = file()): Draft => {
  const draft = { ...draftOf(model), ...SAID, ...part }
  return { ...draft, labels: part.labels ?? draft.labels.map((row, n) => ({ ...row, name: row.name || `organ ${n}` })) }
}
const faults = (part: Partial<Draft>, model = file()): string[] => [
  ...cardOf(filled(part, model), model).problems.keys(),
]

describe('the form of a model', () => {
  it('begins with what the file tells, and a row for each channel', () => {
    const draft = draftOf(file())
    expect(draft).toMatchObject({ name: 'lung-unet', answer: 'probabilities', activation: 'softmax', axes: null })
    expect(draft.labels.map(({ value, name }) => [value, name])).toEqual([
      ['0', 'background'],
      ['1', ''],
      ['2', ''],
    ])
  })

  it('guesses nothing whose wrong guess would show in no error', () => {
    const model = file()
    expect([...cardOf(draftOf(model), model).problems.keys()].sort()).toEqual(
      ['axes', 'clip', 'labels', 'licence', 'modality', 'normalization', 'orientation', 'source', 'spacingMm'].sort(),
    )
  })

  it('is a valid card once it is filled in', () => {
    const { card, problems } = cardOf(filled(), file())
    expect([...problems]).toEqual([])
    expect(importCardSchema.parse(card)).toMatchObject({
      axes: 'NCHW',
      answer: 'probabilities',
      spacingMm: [null, null, null],
      clip: [-1000, 400],
      normalization: { low: -1000, high: 400 },
      labels: [
        { value: 0, name: 'background' },
        { value: 1, name: 'organ 1' },
        { value: 2, name: 'organ 2' },
      ],
      crop: null,
    })
    expect(card).not.toHaveProperty('multiple')
    expect(card).not.toHaveProperty('channels')
  })

  it('asks for channels and sizes where the file leaves them open', () => {
    expect(faults({}, file(open))).toEqual(['channels', 'multiple'])
    const { card, problems } = cardOf(
      filled({ channels: 'neighbours', neighboursMm: '2,5', multiple: '32', rows: '256', columns: '192' }, file(open)),
      file(open),
    )
    expect([...problems]).toEqual([])
    expect(card).toMatchObject({ channels: 'neighbours', neighboursMm: 2.5, multiple: 32, size: [256, 192] })
    expect(faults({ channels: 'copies', fit: 'resize' }, file(open))).toEqual(['size'])
  })

  it('takes what the file tells about multiples and metadata', () => {
    const model = file({
      ...open,
      suggested: [
        { field: 'multiple', value: 16, why: '' },
        { field: 'licence', value: 'MIT', why: '' },
        { field: 'answer', value: 'nonsense', why: '' },
      ],
    })
    expect(draftOf(model)).toMatchObject({ multiple: '16', licence: 'MIT', answer: null })
  })

  it.each<[string, Partial<Draft>, string]>([
    ['a range upside down', { clipLow: '400', clipHigh: '-1000' }, 'clip'],
    ['text for a number', { high: 'many' }, 'normalization'],
    ['0 and 1 at the same value', { low: '5', high: '5' }, 'normalization'],
    ['no spread', { scaling: 'mean-sd', mean: '0', sd: '0' }, 'normalization'],
    ['no size at all', { spacing: 'given' }, 'spacingMm'],
    ['a negative size', { spacing: 'given', spacingMm: ['-1', '1', ''] }, 'spacingMm'],
    ['a label without a name', { labels: [{ value: '1', name: ' ', color: '#ff0000' }] }, 'labels'],
    ['only background', { labels: [{ value: '0', name: 'no', color: '#ff0000' }] }, 'labels'],
    ['a value that is none', { labels: [{ value: 'liver', name: 'liver', color: '#ff0000' }] }, 'labels'],
    ['a value beyond 65535', { labels: [{ value: '70000', name: 'liver', color: '#ff0000' }] }, 'labels'],
    ['certainty as a threshold', { activation: 'sigmoid', threshold: '1' }, 'threshold'],
    ['a box above nothing', { crop: 'above' }, 'crop'],
  ])('says at its field: %s', (_, part, field) => expect(faults(part)).toEqual([field]))

  it('keeps names that were typed when the number of channels changes', () => {
    const model = file()
    const draft = filled({ answer: 'labels' })
    expect(labelRows(draft, model).map(({ name }) => name)).toEqual(['background', 'organ 1', 'organ 2'])
    const two = { ...model, outputs: [{ name: 'output', dtype: 'float32', shape: [1, 2, 256, 256] }] }
    expect(labelRows({ ...draft, answer: 'logits' }, two).map(({ name }) => name)).toEqual(['background', 'organ 1'])
  })

  it('gives channels that say yes or no labels from 1 on', () => {
    const model = file()
    const rows = labelRows({ ...draftOf(model), activation: 'sigmoid', labels: [] }, model)
    expect(rows.map(({ value, name }) => [value, name])).toEqual([
      ['1', ''],
      ['2', ''],
      ['3', ''],
    ])
  })
})

it('numbers are read with comma or point', () => {
  expect(['1.5', ' -2,5 ', '1e3', '', 'x', '1.2.3'].map(numberIn)).toEqual([1.5, -2.5, 1000, null, null, null])
  expect(['3', '2.5', '-1', ''].map(typed => wholeIn(typed, 0))).toEqual([3, null, null, null])
})
