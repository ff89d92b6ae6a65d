// What can be chosen in the form, in words. Pure.
import type { NetworkAxes } from '#common/ipc/training'
import type { Draft, Scaling } from './draft'

export interface Choice<T extends string> {
  readonly value: T
  readonly text: string
  readonly sub?: string
}

export const MODALITIES: readonly Choice<string>[] = [
  ...['CT', 'MR', 'PT', 'US', 'CR', 'DX', 'MG', 'XA', 'NM'].map(value => ({ value, text: value })),
  { value: 'OT', text: 'OT', sub: 'anything else' },
]

const AXES: Readonly<Record<string, readonly [string, string]>> = {
  NCHW: ['channels, rows, columns', 'NCHW: PyTorch, most networks'],
  NCWH: ['channels, columns, rows', 'NCWH: arrays as nibabel reads NIfTI'],
  NHWC: ['rows, columns, channels', 'NHWC: TensorFlow, Keras'],
  NWHC: ['columns, rows, channels', 'NWHC'],
}

/** Those that fit the file's sizes first. */
export const axesChoices = (fitting: readonly string[]): readonly Choice<string>[] =>
  [...new Set([...fitting, ...Object.keys(AXES)])].map(value => {
    const [text, sub] = AXES[value] ?? [value, '']
    return { value, text, sub: fitting.includes(value) ? sub : `${sub}. Does not fit its sizes` }
  })

export const CHANNELS: readonly Choice<NonNullable<Draft['channels']>>[] = [
  { value: 'copies', text: 'The same slice in each', sub: 'networks made for colour pictures' },
  { value: 'neighbours', text: 'The slice and its neighbours', sub: 'the slice in the middle is answered' },
]

export const ANSWERS: readonly Choice<NonNullable<Draft['answer']>>[] = [
  { value: 'logits', text: 'Logits', sub: 'any numbers, before softmax or sigmoid' },
  { value: 'probabilities', text: 'Probabilities', sub: 'from 0 to 1, after softmax or sigmoid' },
  { value: 'labels', text: 'Label numbers', sub: 'one whole number per pixel' },
]

export const ACTIVATIONS: readonly Choice<NonNullable<Draft['activation']>>[] = [
  { value: 'softmax', text: 'One label per pixel', sub: 'softmax over the channels' },
  { value: 'sigmoid', text: 'Each channel says yes or no', sub: 'sigmoid, labels may overlap' },
]

const TOWARDS: Readonly<Record<string, string>> = {
  ...{ L: 'left', R: 'right', P: 'back', A: 'front', S: 'head', I: 'feet' },
}
const KNOWN: Partial<Record<NetworkAxes, string>> = {
  LPS: 'as radiology shows axial slices; most networks for DICOM',
  RAS: 'most arrays read by nibabel, with axes “columns, rows”',
}
export const ORIENTATIONS: readonly Choice<NetworkAxes>[] = (
  ['LPS', 'RAS', 'LPI', 'LAS', 'LAI', 'RPS', 'RPI', 'RAI'] as const
).map(value => {
  const [columns, rows, slices] = [...value].map(letter => TOWARDS[letter]!)
  const known = KNOWN[value]
  const text = `${value}: columns to the ${columns}, rows to the ${rows}, slices to the ${slices}`
  return known === undefined ? { value, text } : { value, text, sub: known }
})

export const SPACINGS: readonly Choice<NonNullable<Draft['spacing']>>[] = [
  { value: 'scan', text: 'The scan’s own', sub: 'it was trained on pixels of any size' },
  { value: 'given', text: 'Always the same', sub: 'scans are resampled to it' },
]

export const CLIPS: readonly Choice<NonNullable<Draft['clip']>>[] = [
  { value: 'range', text: 'Cut off outside a range' },
  { value: 'none', text: 'Not cut off' },
]

export const SCALINGS: readonly Choice<Scaling>[] = [
  { value: 'range', text: 'A range becomes 0 to 1' },
  { value: 'mean-sd', text: 'Mean and spread of the training set', sub: '(value − mean) / spread' },
  { value: 'z-score', text: 'Each scan to mean 0, spread 1', sub: 'by its own voxels' },
  { value: 'unit-range', text: 'Each scan to 0 … 1', sub: 'by its own smallest and largest voxel' },
]

export const CROPS: readonly Choice<Draft['crop']>[] = [
  { value: 'none', text: 'The whole slice' },
  { value: 'above', text: 'Cut to the body', sub: 'the box around what is above a value' },
]

export const FITS: readonly Choice<Draft['fit']>[] = [
  { value: 'windows', text: 'Larger slices in overlapping windows', sub: 'pixels keep their size' },
  { value: 'resize', text: 'Every slice stretched to its size' },
]

export const PADDINGS: readonly Choice<Draft['padding']>[] = [
  { value: 'edge', text: 'The border’s pixel repeated' },
  { value: 'constant', text: 'Zero' },
]
