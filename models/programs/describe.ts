// What a model is before anything runs: layers, shapes, parameters, arithmetic, and the memory its training will need.
import { ModelError } from '../errors'
import { CONSTANT, INPUT, showShape, topologicalOrder, type Node, type Shape, type Value } from '../ir'
import { Context, type Declaration } from '../layers/context'
import { keptPerRow } from '../layers/initial'
import { flopsOf } from './flops'
import { peakBytes } from './memory'
import type { TrainingStep } from './training'

export interface LayerSummary {
  /** Scope path: `encoder.0.conv0`. */
  readonly name: string
  /** The operators it is made of, each once. */
  readonly operators: readonly string[]
  readonly output: Shape
  /** Trained numbers of its own. */
  readonly parameters: number
  /** Forward arithmetic of one batch, a multiply-add counted as 2. */
  readonly flops: number
}

export interface Description {
  readonly layers: readonly LayerSummary[]
  readonly parameters: number
  /** Forward pass of one batch. */
  readonly forwardFlops: number
  /** Forward, backward and update of one batch. */
  readonly trainingFlops: number
  /** Estimate of what one training process needs beyond an idle one, in bytes. */
  readonly trainingBytes: number
}

/**
 * What a training process holds beyond a bare one, measured with ONNX Runtime 1.30 on CPU for U-Nets, autoencoders and VAEs of 2-D and
 * 3-D (docs/engine-notes.md): its arena against the live tensors of `peakBytes`; copies of the state that the runtime hands out, in
 * states; the session's own graph, in bytes a node; and the rest.
 */
const ARENA = 1.1
const STATE_COPIES = 2
const NODE_BYTES = 12e3
const REST_BYTES = 20e6

/**
 * @param forward builds the forward pass with sizes in numbers and gives its result
 * @param training compiles the whole step; called after the forward pass alone has been found to fit
 * @param limitBytes the memory there is
 * @throws ModelError too-much-memory before anything is allocated, naming the largest layer
 */
export function describeModel(
  forward: (context: Context) => Value,
  training: () => TrainingStep,
  limitBytes = Infinity,
): Description {
  const context = new Context(false)
  const result = forward(context)
  const order = topologicalOrder([result])
  const declarations = [...context.declarations.values()]
  const layers = summarise(order, declarations)
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0)
  const refuseAbove = (bytes: number) => {
    if (bytes > limitBytes) throw tooMuch(bytes, limitBytes, layers)
  }
  // Weights, gradients and new weights, and one copy of every layer's result: less than any training needs.
  refuseAbove(4 * (3 * parameters + layers.reduce((sum, { output }) => sum + sizeIn(output), 0)))

  const { graph, program } = training()
  const nodes = topologicalOrder(Object.values(graph.outputs))
  const stateBytes = program.state.reduce((sum, { shape }) => sum + 4 * sizeIn(shape), 0)
  const trainingBytes = Math.round(
    ARENA * peakBytes(graph) + STATE_COPIES * stateBytes + NODE_BYTES * nodes.length + REST_BYTES,
  )
  refuseAbove(trainingBytes)
  return {
    layers,
    parameters,
    forwardFlops: layers.reduce((sum, { flops }) => sum + flops, 0),
    trainingFlops: nodes.reduce((sum, node) => sum + (isLeaf(node) ? 0 : flopsOf(node)), 0),
    trainingBytes,
  }
}

const isLeaf = ({ op }: Node) => op === INPUT || op === CONSTANT
const sizeIn = (shape: Shape) => shape.reduce<number>((size, dim) => size * (typeof dim === 'number' ? dim : 1), 1)

/** Nodes by the layer that has parameters; what follows without any (activation, pooling) belongs to the layer before. */
function summarise(order: readonly Node[], declarations: readonly Declaration[]): readonly LayerSummary[] {
  const owned = new Map<string, number>()
  for (const declaration of declarations) {
    const layer = declaration.name.slice(0, Math.max(0, declaration.name.lastIndexOf('.')))
    owned.set(layer, (owned.get(layer) ?? 0) + trainedNumbers(declaration))
  }
  const layers: { name: string; operators: Set<string>; output: Shape; parameters: number; flops: number }[] = []
  for (const node of order) {
    if (isLeaf(node)) continue
    let last = layers.at(-1)
    if (!last || (owned.has(node.scope) && node.scope !== last.name)) {
      last = { name: node.scope, operators: new Set(), output: [], parameters: owned.get(node.scope) ?? 0, flops: 0 }
      layers.push(last)
    }
    last.operators.add(node.op)
    last.output = node.outputs[0]!.shape
    last.flops += flopsOf(node)
  }
  return layers.map(layer => ({ ...layer, operators: [...layer.operators] }))
}

/** A mask takes away the connections that it lacks. */
function trainedNumbers({ shape, role, initial }: Declaration): number {
  if (role === 'parameter') return sizeIn(shape)
  if (initial.kind !== 'mask') return 0
  const columns = Number(shape.at(-1))
  return (sizeIn(shape) / columns) * (keptPerRow(columns, initial.keep) - columns)
}

function tooMuch(bytes: number, limitBytes: number, layers: readonly LayerSummary[]): ModelError {
  const largest = layers.reduce((a, b) => (sizeIn(b.output) + b.parameters > sizeIn(a.output) + a.parameters ? b : a))
  return new ModelError(
    'too-much-memory',
    `Training would need about ${gigabytes(bytes)} of memory and there are ${gigabytes(limitBytes)}. ` +
      `The largest layer is ${largest.name}: output ${showShape(largest.output)}, ${largest.parameters} parameters. ` +
      'Use a smaller batch, patch or width. Nothing has been allocated.',
    { bytes, limitBytes, layer: largest.name },
  )
}

const gigabytes = (bytes: number) => `${bytes < 1e10 ? (bytes / 1e9).toFixed(1) : Math.round(bytes / 1e9)} GB`

/** The description as a table, one line a layer. */
export function printDescription({
  layers,
  parameters,
  forwardFlops,
  trainingFlops,
  trainingBytes,
}: Description): string {
  const rows = layers.map(({ name, output, parameters: own, flops }) => [
    name,
    showShape(output),
    `${own}`,
    (flops / 1e9).toFixed(3),
  ])
  const table = [['layer', 'output', 'parameters', 'GFLOP'], ...rows]
  const widths = [0, 1, 2, 3].map(column => Math.max(...table.map(row => row[column]!.length)))
  const lines = table.map(row =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
  )
  const total = `${parameters} parameters; forward ${(forwardFlops / 1e9).toFixed(2)} GFLOP, training step ${(trainingFlops / 1e9).toFixed(2)} GFLOP; training needs about ${gigabytes(trainingBytes)}`
  return [...lines, total].join('\n')
}
