// What a run keeps between steps: parameters, statistics and optimiser state as runtime tensors, twice, so that a step can be refused.
import { Tensor } from 'onnxruntime-node'
import { SagittaError } from '#common/errors'
import type { StateSpec, StateValues } from '#models/programs/types'
import { DeviceReader, isOnDevice } from './device'

const elements = (shape: StateSpec['shape']): number =>
  shape.reduce<number>((product, size) => product * Number(size), 1)

/**
 * A step reads `current`; what it computes lies beside it, and only `accept` makes it current. In the processor's own memory tensors are
 * allocated once and change places, so that nothing grows with the number of steps (CASES T07). On a device the runtime allocates every
 * result; the tensor it replaces is given back.
 */
export class StateTensors {
  private readonly currents: Map<string, Tensor>
  private readonly spares = new Map<string, Tensor>()
  private reader: Promise<DeviceReader> | null = null

  /**
   * @param provider whose device may come to hold the tensors.
   * @throws model-invalid when a value is missing or has another size than its spec; not-finite naming the tensor.
   */
  constructor(
    readonly specs: readonly StateSpec[],
    values: StateValues,
    private readonly provider = 'cpu',
  ) {
    this.currents = new Map(specs.map(spec => [spec.name, tensorOf(spec, valueOf(spec, values).slice())]))
  }

  /** @throws internal for a name that is not kept. */
  current(name: string): Tensor {
    return this.currents.get(name) ?? this.notKept(name)
  }

  /** Where a step writes its result, in the processor's own memory. @throws internal for a name that is not kept. */
  spare(name: string): Tensor {
    const known = this.spares.get(name)
    if (known) return known
    const spec = this.specs.find(one => one.name === name) ?? this.notKept(name)
    const made = tensorOf(spec, new Float32Array(elements(spec.shape)))
    this.spares.set(name, made)
    return made
  }

  /** Takes over a step's result that the runtime allocated on its device. */
  receive(name: string, result: Tensor): void {
    giveBack(this.spares.get(name))
    this.spares.set(name, result)
  }

  /** Gives a tensor other values between two steps. @throws internal for a name that is not kept; what the constructor throws for its values. */
  replace(name: string, values: Float32Array): void {
    const spec = this.specs.find(one => one.name === name) ?? this.notKept(name)
    const made = tensorOf(spec, valueOf(spec, new Map([[name, values]])).slice())
    giveBack(this.current(name))
    this.currents.set(name, made)
  }

  /** The step's results become the state. */
  accept(): void {
    for (const [name, result] of [...this.spares]) {
      const before = this.current(name)
      this.currents.set(name, result)
      if (!isOnDevice(result)) this.spares.set(name, before)
      else {
        giveBack(before)
        this.spares.delete(name)
      }
    }
  }

  /** Copies in the processor's memory, safe to keep while training goes on. */
  async snapshot(): Promise<Map<string, Float32Array>> {
    const away = this.specs.filter(({ name }) => isOnDevice(this.current(name)))
    const read =
      away.length === 0
        ? new Map<string, Float32Array>()
        : await (await (this.reader ??= DeviceReader.open(away, this.provider))).read(this.currents)
    return new Map(
      this.specs.map(({ name }) => [name, read.get(name) ?? (this.current(name).data as Float32Array).slice()]),
    )
  }

  /** Gives the device's memory back; before the session that allocated it is released. */
  async release(): Promise<void> {
    for (const tensor of [...this.currents.values(), ...this.spares.values()]) giveBack(tensor)
    if (this.reader) await (await this.reader).release()
  }

  private notKept(name: string): never {
    throw new SagittaError('internal', `The state holds no tensor ${name}.`, { tensor: name })
  }
}

function giveBack(tensor: Tensor | undefined): void {
  if (tensor && isOnDevice(tensor)) tensor.dispose()
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
