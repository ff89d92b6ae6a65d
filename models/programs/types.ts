// What a runtime needs to know about a compiled program: its model, what it is fed, what it keeps between steps, what it answers.

import type { Lowering } from '../passes'

/** Element types that cross the border between a program and its runtime. */
export type DType = 'float32' | 'int32' | 'int64' | 'bool'

/** A named tensor at the border. A string in the shape is a symbolic axis that each run may size as it likes. */
export interface TensorSpec {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly (number | string)[]
  /** Set on an input that the runtime fills with random numbers from the run's seed: in [0, 1), or standard normal. */
  readonly random?: 'uniform' | 'normal'
}

/**
 * A tensor kept by the runtime between steps.
 * `next` is the name of the output that holds its new value; null when the program only reads it.
 */
export interface StateSpec extends TensorSpec {
  readonly role: 'parameter' | 'statistic' | 'optimizer'
  readonly next: string | null
}

export interface Program {
  readonly kind: 'train' | 'evaluate' | 'infer' | 'encode' | 'decode' | 'sample'
  /** A serialised ONNX ModelProto, in the form that a provider runs best; by default one that every runtime opens. Made anew at each call. */
  readonly model: (lowering?: Lowering) => Uint8Array
  /** Fed at each run; state is not among them. */
  readonly inputs: readonly TensorSpec[]
  readonly state: readonly StateSpec[]
  /** Read after each run; the new values of the state are not among them. */
  readonly outputs: readonly TensorSpec[]
}

/** The state at step 0 (or of a checkpoint), by name. Deterministic in the seed; row-major float32. */
export type StateValues = ReadonlyMap<string, Float32Array>
