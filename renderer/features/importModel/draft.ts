// The form's content as a person left it, and the card it stands for. Pure.
import { LABEL_COLORS } from '#common/project/labels'
import {
  importCardSchema,
  type ForeignModel,
  type ForeignTensor,
  type ImportCard,
  type ImportCardField,
} from '#common/ipc/modelImport'
import type { NetworkAxes } from '#common/ipc/training'
import { numberIn, wholeIn } from './numbers'

export interface LabelRow {
  /** As typed; 0 is background. */
  value: string
  name: string
  color: string
}

export type Scaling = 'range' | 'mean-sd' | 'z-score' | 'unit-range'

/** Numbers are as typed; null and '' are not chosen yet. */
export interface Draft {
  name: string
  description: string
  modality: string
  licence: string
  source: string
  output: string | null
  axes: string | null
  /** '': as the input's. */
  outputAxes: string
  channels: 'copies' | 'neighbours' | null
  neighboursMm: string
  rows: string
  columns: string
  multiple: string
  fit: 'windows' | 'resize'
  answer: ImportCard['answer'] | null
  activation: NonNullable<ImportCard['activation']> | null
  threshold: string
  labels: LabelRow[]
  orientation: NetworkAxes | null
  spacing: 'scan' | 'given' | null
  /** Columns, rows, slices; '' keeps that axis as it is. */
  spacingMm: [string, string, string]
  clip: 'none' | 'range' | null
  clipLow: string
  clipHigh: string
  scaling: Scaling | null
  low: string
  high: string
  mean: string
  sd: string
  crop: 'none' | 'above'
  cropAbove: string
  padding: 'edge' | 'constant'
}

const BLANK: Draft = {
  ...{ name: '', description: '', modality: '', licence: '', source: '' },
  ...{ output: null, axes: null, outputAxes: '', channels: null, neighboursMm: '', rows: '', columns: '' },
  ...{ multiple: '', fit: 'windows', answer: null, activation: null, threshold: '0.5', labels: [] },
  ...{ orientation: null, spacing: null, spacingMm: ['', '', ''], clip: null, clipLow: '', clipHigh: '' },
  ...{ scaling: null, low: '', high: '', mean: '', sd: '', crop: 'none', cropAbove: '', padding: 'edge' },
}

/** Fields whose value on the card is what the form holds. */
const DIRECT = [
  'name',
  'description',
  'modality',
  'licence',
  'source',
  'axes',
  'outputAxes',
  'answer',
  'activation',
] as const

/** What the file itself tells is filled in; the rest is left to be chosen. */
export function draftOf(model: ForeignModel): Draft {
  const told = new Map(model.suggested.map(({ field, value }) => [field, value]))
  const direct = DIRECT.flatMap(field => {
    const { data } = importCardSchema.shape[field].safeParse(told.get(field))
    return data === undefined ? [] : [[field, data]]
  })
  const multiple = told.get('multiple')
  const draft: Draft = {
    ...structuredClone(BLANK),
    ...(Object.fromEntries(direct) as Partial<Draft>),
    output: model.outputs.length === 1 ? model.outputs[0]!.name : null,
    multiple: typeof multiple === 'number' ? String(multiple) : '',
  }
  return { ...draft, labels: labelRows(draft, model) }
}

/** Size along an axis where the file fixes it. */
export const sizeAlong = (tensor: ForeignTensor | undefined, axes: string, letter: string): number | null => {
  const size = tensor?.shape?.[axes.indexOf(letter)]
  return typeof size === 'number' ? size : null
}

export interface Shapes {
  readonly channels: number | null
  /** [rows, columns] that the file fixes; null: open. */
  readonly size: readonly [number, number] | null
  /** Channels of the answer; null for a label map, and where the file leaves them open. */
  readonly classes: number | null
}

/** What the file's sizes say under the axes that are chosen, or the usual ones before. */
export function shapesOf({ axes: chosen, outputAxes, output, answer }: Draft, model: ForeignModel): Shapes {
  const axes = chosen ?? model.axes[0] ?? 'NCHW'
  const [input] = model.inputs
  const [rows, columns] = [sizeAlong(input, axes, 'H'), sizeAlong(input, axes, 'W')]
  const answered = model.outputs.find(({ name }) => name === output)
  return {
    channels: sizeAlong(input, axes, 'C'),
    size: rows === null || columns === null ? null : [rows, columns],
    classes: answer === 'labels' ? null : sizeAlong(answered, outputAxes || axes, 'C'),
  }
}

/** Fewest rows that make sense where the file does not say how many classes there are. */
const FEWEST = 2

/** One row for each channel of the answer; rows there are keep what was typed. */
export function labelRows(draft: Draft, model: ForeignModel): LabelRow[] {
  const { classes } = shapesOf(draft, model)
  const count = classes ?? Math.max(FEWEST, draft.labels.length)
  // A sigmoid channel is a label of its own; under softmax the first is the background in nearly all networks.
  const first = draft.activation === 'sigmoid' ? 1 : 0
  return Array.from({ length: count }, (_, n) => draft.labels[n] ?? newRow(n + first))
}

export const newRow = (value: number): LabelRow => ({
  value: String(value),
  name: value === 0 ? 'background' : '',
  color: LABEL_COLORS[(Math.max(1, value) - 1) % LABEL_COLORS.length]!,
})

export interface Filled {
  readonly card: Readonly<Record<string, unknown>>
  /** What is missing or odd, by field, in words. */
  readonly problems: ReadonlyMap<ImportCardField, string>
}

/** The card that the form stands for, and what it still lacks. */
export function cardOf(draft: Draft, model: ForeignModel): Filled {
  const problems = new Map<ImportCardField, string>()
  const shapes = shapesOf(draft, model)
  const say = (field: ImportCardField, text: string): undefined => void problems.set(field, text)
  const text = (field: 'name' | 'licence' | 'source' | 'modality', missing: string): string | undefined =>
    draft[field].trim() || say(field, missing)
  const chosen = <T>(field: ImportCardField, value: T | null, missing: string): T | undefined =>
    value ?? say(field, missing)
  const number = (field: ImportCardField, typed: string): number | undefined =>
    numberIn(typed) ?? say(field, typed.trim() === '' ? 'A number is missing.' : `"${typed}" is no number.`)

  const sigmoid = draft.answer !== 'labels' && draft.activation === 'sigmoid'
  const threshold = sigmoid ? number('threshold', draft.threshold) : undefined
  const card = {
    name: text('name', 'Say what it is called in lists.'),
    description: draft.description.trim(),
    modality: text('modality', 'Choose the kind of scan it was trained on.'),
    licence: text('licence', 'Say under which terms it may be used.'),
    source: text('source', 'Say who made it, and from what.'),
    ...(model.inputs.length > 1 ? { input: model.inputs[0]!.name } : {}),
    ...(model.outputs.length > 1
      ? { output: chosen('output', draft.output, 'Choose the tensor with the answer.') }
      : {}),
    axes: chosen('axes', draft.axes, 'Choose the order of its axes.'),
    ...(draft.outputAxes === '' ? {} : { outputAxes: draft.outputAxes }),
    answer: chosen('answer', draft.answer, 'Choose what its numbers are.'),
    ...(draft.answer === 'labels'
      ? {}
      : { activation: chosen('activation', draft.activation, 'Choose how its channels are read.') }),
    ...(threshold === undefined ? {} : { threshold }),
    labels: labelsOf(draft, say),
    orientation: chosen('orientation', draft.orientation, 'Choose which way its images run.'),
    spacingMm: spacingOf(draft, say),
    clip: clipOf(draft, number, say),
    normalization: normalizationOf(draft, number, say),
    crop: draft.crop === 'none' ? null : { above: number('crop', draft.cropAbove) },
    padding: draft.padding,
    ...channelsOf(draft, shapes, say, number),
    ...sizesOf(draft, shapes, say),
  }
  const { error } = importCardSchema.safeParse(card)
  for (const { path, message } of error?.issues ?? []) {
    const field = path[0] as ImportCardField
    if (!problems.has(field)) say(field, capital(message))
  }
  return { card, problems }
}

type Say = (field: ImportCardField, text: string) => undefined
type NumberOf = (field: ImportCardField, typed: string) => number | undefined

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replace(/\.\.$/, '.')

function labelsOf({ labels }: Draft, say: Say): unknown {
  const unnamed = labels.findIndex(({ name }) => name.trim() === '')
  if (unnamed >= 0) say('labels', `Row ${unnamed} has no name.`)
  const odd = labels.findIndex(({ value }) => wholeIn(value, 0) === null)
  if (odd >= 0) say('labels', `The value of row ${odd} is no whole number from 0 on.`)
  else if (labels.every(({ value }) => wholeIn(value, 0) === 0))
    say('labels', 'All rows are background (value 0). Give what it finds a value from 1 on.')
  return labels.map(({ value, name, color }) => ({ value: wholeIn(value, 0) ?? 0, name: name.trim() || '?', color }))
}

function spacingOf({ spacing, spacingMm }: Draft, say: Say): unknown {
  if (spacing === null) return say('spacingMm', 'Choose the size of its pixels.')
  if (spacing === 'scan') return [null, null, null]
  const mm = spacingMm.map(typed => (typed.trim() === '' ? null : numberIn(typed)))
  const odd = mm.some((value, n) => (value === null ? spacingMm[n]!.trim() !== '' : value <= 0))
  if (odd) say('spacingMm', 'Give mm above 0, or leave a field empty where the scan keeps its own.')
  else if (mm.every(value => value === null)) say('spacingMm', 'Give at least one size, or choose the scan’s own.')
  return mm
}

function clipOf({ clip, clipLow, clipHigh }: Draft, number: NumberOf, say: Say): unknown {
  if (clip === null) return say('clip', 'Choose whether values are cut off.')
  if (clip === 'none') return null
  const [low, high] = [number('clip', clipLow), number('clip', clipHigh)]
  if (low !== undefined && high !== undefined && high <= low) say('clip', 'The upper end lies above the lower.')
  return [low, high]
}

function normalizationOf({ scaling, low, high, mean, sd }: Draft, number: NumberOf, say: Say): unknown {
  if (scaling === null) return say('normalization', 'Choose how values are scaled.')
  if (scaling === 'z-score' || scaling === 'unit-range') return { perImage: scaling }
  const [a, b] = scaling === 'range' ? [low, high] : [mean, sd]
  const [first, second] = [number('normalization', a), number('normalization', b)]
  if (first === undefined || second === undefined) return undefined
  if (scaling === 'range' && second <= first) return say('normalization', 'What becomes 1 lies above what becomes 0.')
  if (scaling === 'mean-sd' && second <= 0) return say('normalization', 'The spread lies above 0.')
  return scaling === 'range' ? { low: first, high: second } : { mean: first, sd: second }
}

function channelsOf(draft: Draft, shapes: Shapes, say: Say, number: NumberOf): Record<string, unknown> {
  if (shapes.channels === null || shapes.channels === 1) return {}
  if (draft.channels === null) {
    say('channels', `Choose what its ${shapes.channels} channels hold.`)
    return {}
  }
  if (draft.channels === 'copies' || draft.neighboursMm.trim() === '') return { channels: draft.channels }
  return { channels: draft.channels, neighboursMm: number('neighboursMm', draft.neighboursMm) }
}

/** A file of fixed size says all of it itself. */
function sizesOf(draft: Draft, shapes: Shapes, say: Say): Record<string, unknown> {
  const { fit } = draft
  if (shapes.size) return { fit }
  const typed = draft.rows.trim() !== '' || draft.columns.trim() !== ''
  const [rows, columns] = [wholeIn(draft.rows, 1), wholeIn(draft.columns, 1)]
  if (typed && (rows === null || columns === null)) say('size', 'Rows and columns are whole numbers from 1 on.')
  else if (!typed && fit === 'resize') say('size', 'Say to which size slices are stretched.')
  const multiple = wholeIn(draft.multiple, 1)
  if (multiple === null && (fit === 'windows' || draft.multiple.trim() !== ''))
    say('multiple', 'A whole number from 1 on; 2 to the number of poolings where nobody says.')
  return {
    ...{ fit },
    ...(rows === null || columns === null ? {} : { size: [rows, columns] }),
    ...(multiple === null ? {} : { multiple }),
  }
}
