// Runs a graph on ONNX Runtime. For tests and benches only: models/ itself does not know the runtime.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { isStatic, type Graph, type TensorData } from '../ir'
import { toOnnx } from '../onnx'

/** Elements as numbers and the shape the runtime gave them. */
export interface RunResult {
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array
  readonly shape: readonly number[]
}

/** Feeds a static graph by input name and returns every output. */
export async function runGraph(
  graph: Graph,
  feeds: Readonly<Record<string, TensorData>>,
  options: InferenceSession.SessionOptions = {},
): Promise<Readonly<Record<string, RunResult>>> {
  const session = await InferenceSession.create(toOnnx(graph, { name: 'test' }), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
    ...options,
  })
  try {
    const results = await session.run(
      Object.fromEntries(
        Object.entries(graph.inputs).map(([name, { dtype, shape }]) => {
          if (!isStatic(shape)) throw new TypeError(`${name} has no static shape`)
          return [name, new Tensor(dtype, feeds[name] as Float32Array, shape)]
        }),
      ),
    )
    return Object.fromEntries(
      Object.entries(results).map(([name, { data, dims }]) => [name, { data: data as RunResult['data'], shape: dims }]),
    )
  } finally {
    await session.release()
  }
}
