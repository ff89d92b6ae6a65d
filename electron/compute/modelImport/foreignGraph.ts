// What a foreign graph's nodes tell: how its answer is made, and how much smaller it makes images inside.
import type { ImportCard } from '#common/ipc/modelImport'
import type { OnnxNode } from '#models/onnx/index'

/** Steps that change the place or the type of values, not what they mean. */
const PASSING = new Set([
  'Identity',
  'Transpose',
  'Cast',
  'Squeeze',
  'Unsqueeze',
  'Reshape',
  'Resize',
  'Upsample',
  'Slice',
])

export interface Answer extends Pick<ImportCard, 'answer'> {
  readonly activation?: NonNullable<ImportCard['activation']>
  readonly why: string
}

/** What the last step that gives values their meaning says; null when it can be read in more than one way. */
export function answerOf(nodes: readonly OnnxNode[], output: string): Answer | null {
  const makers = new Map(nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  let node = makers.get(output)
  while (node && PASSING.has(node.operator)) node = makers.get(node.inputs[0] ?? '')
  const why = `its last step is ${node?.operator}`
  switch (node?.operator) {
    case 'Softmax':
      return { answer: 'probabilities', activation: 'softmax', why }
    case 'Sigmoid':
      return { answer: 'probabilities', activation: 'sigmoid', why }
    // A softmax of it gives the same probabilities.
    case 'LogSoftmax':
      return { answer: 'logits', activation: 'softmax', why }
    case 'ArgMax':
      return { answer: 'labels', why }
    // Values without bounds.
    case 'Conv':
    case 'ConvTranspose':
      return { answer: 'logits', why }
    default:
      return null
  }
}

const STRIDED = new Set(['Conv', 'MaxPool', 'AveragePool', 'LpPool'])
const ENLARGING = new Set(['Resize', 'Upsample', 'DepthToSpace'])

/**
 * The product of strides down to the smallest images inside: sides that are multiples of it come out as they went in.
 * Enlarging by a step whose factor is not an attribute counts as all the way up.
 */
export function reductionOf(nodes: readonly OnnxNode[]): number {
  const reduced = new Map<string, number>()
  let most = 1
  for (const { operator, inputs, outputs, integers } of nodes) {
    const before = Math.max(1, ...inputs.map(name => reduced.get(name) ?? 1))
    const stride = Math.max(1, ...(integers['strides'] ?? []))
    const after = STRIDED.has(operator)
      ? before * stride
      : operator === 'ConvTranspose'
        ? Math.max(1, before / stride)
        : ENLARGING.has(operator)
          ? 1
          : before
    for (const name of outputs) reduced.set(name, after)
    most = Math.max(most, after)
  }
  return Math.ceil(most)
}
