// How many channels a block of ONNX Runtime's blocked convolutions has on this machine: asked of the runtime itself, and proved on one convolution.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createGraph, input, type Graph } from '#models/ir/index'
import { toOnnx } from '#models/onnx/index'
import { conv } from '#models/ops/index'
import { reorderInput } from '#models/ops/cpu'
import { lower } from '#models/passes/index'

let asked: Promise<number | null> | null = null

/**
 * 16 with AVX-512, 8 with AVX2; null where the build has no blocked convolutions or they do not agree with the plain ones: programs then
 * keep plain convolutions. Found out once per process.
 */
export const channelBlock = (): Promise<number | null> => (asked ??= ask())

async function ask(): Promise<number | null> {
  try {
    const block = await blockOfReorder()
    return block !== null && (await agrees(block)) ? block : null
  } catch {
    // A build without these operators refuses the model. Nothing is lost but speed.
    return null
  }
}

/** Two pixels of as many channels as any block has: the second pixel of channel 0 comes after the first pixel of one whole block. */
async function blockOfReorder(): Promise<number | null> {
  const x = input('x', 'float32', [1, 64, 1, 2])
  const [blocked] = await run(createGraph({ x }, { y: reorderInput(x) }), { x: ramp(128) })
  const block = blocked!.indexOf(1)
  return block > 1 ? block : null
}

/** Sums run in another order: a few units of float32's last place. A wrong block is off by the size of the values. */
const TOLERANCE = 1e-5

async function agrees(block: number): Promise<boolean> {
  const x = input('x', 'float32', [1, 2 * block, 12, 12])
  const w = input('w', 'float32', [3 * block, 2 * block, 3, 3])
  const graph = createGraph({ x, w }, { y: conv(x, w, null, { padding: 1 }) })
  const feeds = { x: wave(2 * block * 144), w: wave(3 * block * 2 * block * 9) }
  const [plain] = await run(graph, feeds)
  const [blocked] = await run(lower({ target: 'cpu', channelBlock: block })(graph), feeds)
  const scale = plain!.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return plain!.every((value, i) => Math.abs(value - blocked![i]!) <= TOLERANCE * scale)
}

const ramp = (length: number) => Float32Array.from({ length }, (_, i) => i)
const wave = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(3 * i + 1))

async function run(graph: Graph, feeds: Readonly<Record<string, Float32Array>>): Promise<readonly Float32Array[]> {
  const session = await InferenceSession.create(toOnnx(graph, { name: 'channel block' }), {
    intraOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  })
  try {
    const tensors = Object.entries(graph.inputs).map(([name, { shape }]) => [
      name,
      new Tensor('float32', feeds[name]!, shape as readonly number[]),
    ])
    const results = await session.run(Object.fromEntries(tensors) as Record<string, Tensor>)
    return Object.values(results).map(({ data }) => data as Float32Array)
  } finally {
    await session.release()
  }
}
