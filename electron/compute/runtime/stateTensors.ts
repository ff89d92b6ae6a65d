// What a run keeps between steps: parameters, statistics and optimiser state as runtime tensors, twice, so that a step can be refused.
import { Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'
import type { StateSpec, StateValues } from '#models/programs/types'

const elements = (shape: StateSpec['shape']): number =>
  shape.reduce<number>((product, size) => product * Number(size), 1)

/**
 * A step reads `current` and writes `spare`; only `accept` makes the new values current. Tensors are allocated once: nothing
 * grows with the number of steps (CASES T07).
 */
export class StateTensors {
  private currentTensors: ReadonlyMap<string, Tensor>
  private spareTensors: ReadonlyMap<string, Tensor>

  /** @throws model-invalid when a value is missing or has another size than its spec; not-finite naming the tensor. */
  constructor(
    readonly specs: readonly StateSpec[],
    values: StateValues,
  ) {
    this.currentTensors = new Map(specs.map(spec => [spec.name, tensorOf(spec, valueOf(spec, values).slice())]))
    this.spareTensors = new Map(
      specs
        .filter(spec => spec.next !== null)
        .map(spec => [spec.name, tensorOf(spec, new Float32Array(elements(spec.shape)))]),
    )
  }

  /** @throws internal for a name that is not kept. */
  current(name: string): Tensor {
    return found(this.currentTensors, name)
  }

  spare(name: string): Tensor {
    return found(this.spareTensors, name)
  }

  /** The step's results become the state. */
  accept(): void {
    const before = this.currentTensors
    this.currentTensors = new Map([...before, ...this.spareTensors])
    this.spareTensors = new Map([...this.spareTensors.keys()].map(name => [name, found(before, name)]))
  }

  /** Copies, safe to keep while training goes on. */
  snapshot(): Map<string, Float32Array> {
    return new Map(this.specs.map(({ name }) => [name, (this.current(name).data as Float32Array).slice()]))
  }
}

function found(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name)
  if (!tensor) throw new SagittaError('internal', `The state holds no tensor ${name}.`, { tensor: name })
  return tensor
}

function valueOf(spec: StateSpec, values: StateValues): Float32Array {
  const value = values.get(spec.name)
  const wanted = elements(spec.shape)
  if (value?.length === wanted) {
    const wrong = value.findIndex(number => !Number.isFinite(number))
    if (wrong < 0) return value
    throw new SagittaError(
      'not-finite',
      `${spec.name} holds ${value[wrong]}, at ${wrong} of ${wanted}: nothing can be computed with it. Start from other values.`,
      { tensor: spec.name, index: wrong },
    )
  }
  throw new SagittaError(
    'model-invalid',
    `${spec.name} ${value ? `has ${value.length} numbers` : 'is missing'}; this network needs ${wanted} (${spec.shape.join(' x ')}). The values belong to another network.`,
    { tensor: spec.name, shape: spec.shape },
  )
}

const tensorOf = (spec: StateSpec, values: Float32Array): Tensor =>
  new Tensor('float32', values, spec.shape.map(Number))
