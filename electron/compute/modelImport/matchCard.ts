// Whether a card fits its file: names, ranks, sizes and numbers of classes, checked before anything runs. What comes out is the model's metadata.
import { SagittaError } from '#common/errors'
import type { CardProblem, ImportCard, ImportCardField } from '#common/ipc/modelImport'
import type { Preprocessing } from '#common/ipc/training'
import { MAXIMUM_CLASSES } from '#common/preprocessing/classes'
import type { OnnxModel, OnnxTensorInfo } from '#models/onnx/index'
import type { ModelFacts, Signature } from '../modelFile/metadata'
import { refusedInput, severalInputs, wrongRank } from './refusals'

export interface Matched {
  readonly model: ModelFacts
  readonly preprocessing: Preprocessing
}

/** @throws model-incompatible; `details.problems` lists everything that does not fit, with the field of the card it is about. */
export function matchCard(card: ImportCard, onnx: OnnxModel, path: string): Matched {
  const problems: CardProblem[] = []
  const say: Say = (field, text) => void problems.push({ field, text })
  const input = tensorOf(onnx.inputs, card.input, 'input', say)
  const output = tensorOf(onnx.outputs, card.output, 'output', say)
  if (input) checkInput(card, input, onnx.inputs, say)
  if (output) checkOutput(card, output, say)
  if (input && output) checkSizes(card, input, output, say)
  checkLabels(card, say)
  if (problems.length > 0 || !input || !output)
    throw new SagittaError(
      'model-incompatible',
      `${path} and its card do not fit together: ${problems.map(({ text }) => text).join(' ')} Nothing was written.`,
      { path, problems },
    )
  return { model: factsOf(card, input, output), preprocessing: preprocessingOf(card, input) }
}

type Say = (field: ImportCardField, text: string) => void

function tensorOf(
  tensors: readonly OnnxTensorInfo[],
  wanted: string | undefined,
  what: 'input' | 'output',
  say: Say,
): OnnxTensorInfo | null {
  const found = wanted === undefined ? tensors[0] : tensors.find(({ name }) => name === wanted)
  if (found) return found
  const names = tensors.map(({ name }) => name).join(', ') || 'none'
  say(what, `There is no ${what} "${wanted ?? ''}"; the file has ${names}.`)
  return null
}

function checkInput(card: ImportCard, input: OnnxTensorInfo, inputs: readonly OnnxTensorInfo[], say: Say): void {
  for (const text of [...severalInputs(inputs), ...refusedInput(input)]) say('input', text)
  const channels = sizeAlong(input, card.axes, 'C')
  if (channels === null && card.channels !== undefined)
    say('channels', `Its input ${input.name} leaves the number of channels open, so it cannot take ${card.channels}.`)
  const [rows, columns] = [sizeAlong(input, card.axes, 'H'), sizeAlong(input, card.axes, 'W')]
  if ((rows === null) !== (columns === null))
    say(
      'axes',
      `Its input ${input.name} fixes rows or columns and leaves the other open; export it with both fixed or both open.`,
    )
  if (card.channels === 'neighbours' && channels !== null && channels % 2 === 0)
    say(
      'channels',
      `Its input ${input.name} has ${channels} channels; a slice with its neighbours makes an odd number.`,
    )
}

const LABEL_TYPES: readonly OnnxTensorInfo['dtype'][] = [
  'int64',
  'int32',
  'int16',
  'uint16',
  'uint8',
  'int8',
  'float32',
]

function checkOutput(card: ImportCard, output: OnnxTensorInfo, say: Say): void {
  const { name, dtype } = output
  const labels = card.answer === 'labels'
  const rank = wrongRank(output, labels ? [3, 4] : [4])
  if (labels && !LABEL_TYPES.includes(dtype))
    say('answer', `Its answer ${name} is ${dtype ?? 'of another type'}, not label numbers.`)
  if (!labels && dtype !== 'float32')
    say('answer', `Its answer ${name} is ${dtype ?? 'of another type'}; ${card.answer} are float32. Are they "labels"?`)
  if (rank !== null) say('output', rank)
  if (labels) return
  const channels = sizeAlong(output, outputAxes(card, output), 'C')
  if (channels !== null && channels !== card.labels.length)
    say('labels', `Its answer ${name} has ${channels} channels; the card names ${card.labels.length} labels.`)
}

/** What is known of both sizes must agree: an answer in another size would have to be stretched. */
function checkSizes(card: ImportCard, input: OnnxTensorInfo, output: OnnxTensorInfo, say: Say): void {
  for (const [letter, what, wanted] of [
    ['H', 'rows', card.size?.[0]],
    ['W', 'columns', card.size?.[1]],
  ] as const) {
    const [shown, answered] = [sizeAlong(input, card.axes, letter), sizeAlong(output, outputAxes(card, output), letter)]
    if (shown !== null && answered !== null && shown !== answered)
      say('outputAxes', `It answers ${answered} ${what} for ${shown}; the answer must have the image's size.`)
    if (shown !== null && wanted !== undefined && wanted !== shown)
      say('size', `The card says ${wanted} ${what}; the file takes ${shown} only.`)
  }
  const { multiple, size } = card
  if (multiple !== undefined && size?.some(side => side % multiple !== 0))
    say('size', `The card's size ${size.join(' x ')} is no multiple of ${multiple}.`)
}

function checkLabels({ labels, answer }: ImportCard, say: Say): void {
  const indices = labels.map(indexOf)
  if (new Set(indices).size < indices.length) say('labels', 'Two labels of the card have the same index.')
  else if (answer !== 'labels' && Math.max(...indices) >= labels.length)
    say('labels', 'The card must name every channel, from 0 on.')
  const values = new Set(labels.map(({ value }) => value))
  if (values.size === 1 && values.has(0)) say('labels', 'The card names no label but background (value 0).')
  if (values.size > MAXIMUM_CLASSES)
    say('labels', `${values.size} labels are more than the ${MAXIMUM_CLASSES} possible.`)
}

const indexOf = ({ index }: ImportCard['labels'][number], n: number): number => index ?? n

function sizeAlong({ shape }: OnnxTensorInfo, axes: string, letter: string): number | null {
  const size = shape?.[axes.indexOf(letter)]
  return typeof size === 'number' ? size : null
}

/** A label map may have no axis of channels. */
function outputAxes({ axes, outputAxes: given = axes, answer }: ImportCard, { shape }: OnnxTensorInfo): string {
  return answer === 'labels' && shape?.length === 3 ? given.replace('C', '') : given
}

function factsOf(card: ImportCard, input: OnnxTensorInfo, output: OnnxTensorInfo): ModelFacts {
  const size = sizeOf(card, input)
  const channels = sizeAlong(input, card.axes, 'C') ?? 1
  const { labels, classes } = labelsOf(card)
  const signature: Signature = {
    input: {
      name: input.name,
      axes: card.axes,
      copies: card.channels === 'copies' ? channels : 1,
      batch: sizeAlong(input, card.axes, 'N'),
    },
    output: {
      name: output.name,
      axes: outputAxes(card, output),
      kind: card.answer,
      activation: card.activation ?? 'softmax',
      threshold: card.threshold,
      classes,
    },
  }
  return {
    format: 1,
    name: card.name,
    task: 'segmentation',
    description: card.description,
    modality: card.modality,
    labels,
    network: {
      dimensions: 2,
      multiple: card.multiple ?? 1,
      trained: size.size,
      neighbours: { count: card.channels === 'neighbours' ? (channels - 1) / 2 : 0, mm: card.neighboursMm },
      exactSize: size.exact,
      overlap: card.overlap,
      signature,
    },
  }
}

function sizeOf(card: ImportCard, input: OnnxTensorInfo): { size: ModelFacts['network']['trained']; exact: boolean } {
  const [rows, columns] = [sizeAlong(input, card.axes, 'H'), sizeAlong(input, card.axes, 'W')]
  if (rows !== null && columns !== null) return { size: { rows, columns }, exact: true }
  return { size: card.size ? { rows: card.size[0], columns: card.size[1] } : null, exact: false }
}

/** Of Okabe and Ito 2008: told apart by everybody. */
const COLOURS = ['#56b4e9', '#e69f00', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7'] as const

/** Labels in the order of their first entry; several entries may stand for one. */
function labelsOf(card: ImportCard): {
  labels: ModelFacts['labels']
  classes: Signature['output']['classes']
} {
  const labels: ModelFacts['labels'] = []
  const classes = card.labels.map((entry, n) => {
    const { value, name, color } = entry
    if (value > 0 && !labels.some(label => label.value === value))
      labels.push({ value, name, color: color ?? COLOURS[labels.length % COLOURS.length]! })
    return { index: indexOf(entry, n), class: 1 + labels.findIndex(label => label.value === value) }
  })
  return { labels, classes }
}

function preprocessingOf(card: ImportCard, input: OnnxTensorInfo): Preprocessing {
  const { spacingMm, crop, clip, normalization, padding, orientation, fit } = card
  const { size } = sizeOf(card, input)
  return {
    ...{ spacingMm, crop, clip, padding, orientation },
    normalization:
      'low' in normalization ? { mean: normalization.low, sd: normalization.high - normalization.low } : normalization,
    ...(fit === 'resize' && size ? { resize: size } : {}),
  }
}
