// What rules a model made elsewhere out, whatever its card says: several inputs, other types than float32, volumes instead of slices.
import type { OnnxModel, OnnxTensorInfo } from '#models/onnx/index'

/** In words; empty when a card can make it run. */
export function refusalsOf({ inputs, outputs }: OnnxModel): string[] {
  const answers = outputs.map(output => wrongRank(output, [3, 4]))
  return [
    ...severalInputs(inputs),
    ...(inputs.length === 0 ? ['It takes no image: it has no inputs.'] : []),
    ...inputs.slice(0, 1).flatMap(refusedInput),
    ...(answers.every(reason => reason !== null) ? answers.slice(0, 1) : []),
  ].filter(reason => reason !== null)
}

export const severalInputs = (inputs: readonly OnnxTensorInfo[]): string[] =>
  inputs.length > 1
    ? [`It wants ${inputs.length} inputs (${inputs.map(({ name }) => name).join(', ')}); only an image can be fed.`]
    : []

export function refusedInput(input: OnnxTensorInfo): string[] {
  const rank = wrongRank(input, [4])
  return [
    ...(input.dtype === 'float32'
      ? []
      : [`Its input ${input.name} is ${input.dtype ?? 'of another type'}; images are fed as float32.`]),
    ...(rank === null ? [] : [rank]),
  ]
}

/** A rank that the file leaves open shows when the model is tried. @returns null when it fits */
export function wrongRank({ name, shape }: OnnxTensorInfo, ranks: readonly number[]): string | null {
  if (shape === null || ranks.includes(shape.length)) return null
  return shape.length === 5
    ? `Its tensor ${name} [${shape.join(', ')}] is of a 3-D network; only networks that see slices can be imported.`
    : `Its tensor ${name} [${shape.join(', ')}] has ${shape.length} axes where ${ranks.at(-1)} are wanted.`
}
