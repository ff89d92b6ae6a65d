// What a file made elsewhere tells of its own card, and how: axes, kind of answer, sizes, words. What it does not tell is left to a person.
import { parse } from 'node:path'
import type { ImportCardField } from '#common/ipc/modelImport'
import type { OnnxModel, OnnxTensorInfo } from '#models/onnx/index'
import { axesOf, channelPosition, outputAxesOf } from './foreignAxes'
import { answerOf, reductionOf } from './foreignGraph'

export interface Suggestion {
  readonly field: ImportCardField
  readonly value: unknown
  /** How the file tells it, for people. */
  readonly why: string
}

/** Only what a wrong guess could not hide in: the rest has no value, and a person is asked. */
export function suggestCard(onnx: OnnxModel, path: string): Suggestion[] {
  const [input] = onnx.inputs
  const output = onnx.outputs.length === 1 ? onnx.outputs[0] : undefined
  return [
    { field: 'name', value: parse(path).name, why: 'the name of the file' },
    ...words(onnx),
    ...(input ? aboutInput(input, onnx) : []),
    ...(output ? aboutAnswer(output, onnx) : []),
  ]
}

/** Keys of ONNX metadata that say in words what a card wants to know. */
const WORDS: readonly (readonly [ImportCardField, RegExp])[] = [
  ['description', /^(description|summary)$/i],
  ['licence', /^licen[cs]e$/i],
  ['source', /^(source|author|authors|url|homepage|repository)$/i],
  ['modality', /^modality$/i],
]

function words({ metadata, description }: OnnxModel): Suggestion[] {
  const told = WORDS.flatMap(([field, key]): Suggestion[] => {
    const found = Object.entries(metadata).filter(([name, value]) => key.test(name) && value.trim() !== '')
    if (found.length === 0) return []
    return [{ field, value: found.map(([, value]) => value.trim()).join(', '), why: "the file's metadata" }]
  })
  const silent = description.trim() === '' || told.some(({ field }) => field === 'description')
  return silent ? told : [...told, { field: 'description', value: description.trim(), why: "the file's own words" }]
}

function aboutInput(input: OnnxTensorInfo, { nodes, outputs }: OnnxModel): Suggestion[] {
  const axes = axesOf(input)
  const told = (value: unknown, field: ImportCardField, why: string): Suggestion => ({ field, value, why })
  const { shape } = input
  const at = channelPosition(input)
  const open = shape?.some((size, n) => n > 0 && n !== at && typeof size !== 'number') ?? true
  const reduction = open ? reductionOf(nodes) : null
  const answers = outputs.length === 1 ? outputAxesOf(axes[0] ?? 'NCHW', input, outputs[0]!) : null
  return [
    ...(axes.length === 1 ? [told(axes[0], 'axes', `the sizes of ${input.name}`)] : []),
    ...(answers !== null && answers !== axes[0] && axes.length === 1
      ? [told(answers, 'outputAxes', `the sizes of ${outputs[0]!.name}`)]
      : []),
    ...(reduction === null
      ? []
      : [
          told(
            reduction,
            'multiple',
            reduction === 1 ? 'it never makes images smaller' : 'how much smaller it makes images inside',
          ),
        ]),
  ]
}

const INTEGERS: readonly OnnxTensorInfo['dtype'][] = ['int64', 'int32', 'int16', 'uint16', 'uint8', 'int8']

function aboutAnswer(output: OnnxTensorInfo, { nodes, inputs }: OnnxModel): Suggestion[] {
  const { name, dtype, shape } = output
  if (INTEGERS.includes(dtype)) return [{ field: 'answer', value: 'labels', why: `${name} holds whole numbers` }]
  const found = answerOf(nodes, name)
  if (found?.answer === 'labels') return [{ field: 'answer', value: 'labels', why: found.why }]
  const at = inputs[0] ? outputAxesOf(axesOf(inputs[0])[0] ?? 'NCHW', inputs[0], output)?.indexOf('C') : undefined
  const single = at !== undefined && shape?.[at] === 1
  const activation: Suggestion[] = found?.activation
    ? [{ field: 'activation', value: found.activation, why: found.why }]
    : single
      ? [{ field: 'activation', value: 'sigmoid', why: 'it answers with one channel' }]
      : []
  return [...(found ? [{ field: 'answer', value: found.answer, why: found.why } as const] : []), ...activation]
}
