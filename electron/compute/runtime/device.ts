// Tensors in a graphics processor's memory: who keeps state there, and how it is read back.
import type { Tensor } from 'onnxruntime-node'
import { createGraph, input, scalar } from '#models/ir/index'
import { toOnnx } from '#models/onnx/index'
import { mul } from '#models/ops/index'
import type { StateSpec } from '#models/programs/types'
import { OpenSession } from './openSession'

/** onnxruntime-node can leave outputs where they are on WebGPU only; with other providers state crosses to the device and back at each step. */
export const keepsStateOnDevice = (provider: string): boolean => provider === 'webgpu'

export const isOnDevice = (tensor: Tensor): boolean => tensor.location !== 'cpu'

/** Reads state back by a program that passes it through: a tensor's own `getData` ends the process (onnxruntime-node 1.30). */
export class DeviceReader {
  private constructor(
    private readonly session: OpenSession,
    private readonly names: readonly string[],
  ) {}

  /** @throws provider-unavailable. */
  static async open(specs: readonly StateSpec[], provider: string): Promise<DeviceReader> {
    const names = specs.map(({ name }) => name)
    const inputs = Object.fromEntries(specs.map(({ name, dtype, shape }) => [name, input(name, dtype, shape)]))
    const outputs = Object.fromEntries(names.map(name => [copyOf(name), mul(inputs[name]!, scalar(1))]))
    const model = toOnnx(createGraph(inputs, outputs), { name: 'read back' })
    return new DeviceReader(
      await OpenSession.create(model, 'the state of the training', { provider, threads: 1 }),
      names,
    )
  }

  /** @param tensors by name, those it was opened for among them. */
  async read(tensors: ReadonlyMap<string, Tensor>): Promise<Map<string, Float32Array>> {
    const found = await this.session.run(
      Object.fromEntries(this.names.map(name => [name, tensors.get(name)!])),
      Object.fromEntries(this.names.map(name => [copyOf(name), null])),
    )
    return new Map(this.names.map(name => [name, found[copyOf(name)]!.data as Float32Array]))
  }

  release(): Promise<void> {
    return this.session.release()
  }
}

const copyOf = (name: string): string => `copy.${name}`
