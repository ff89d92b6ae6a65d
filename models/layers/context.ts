// Where layers get their parameters and noise from: declared by name while the graph is built, collected for the program.
import { ModelError } from '../errors'
import { currentScope, input, type Value } from '../ir'
import { initialValue, type Initial } from './initial'

/** A tensor a layer keeps: its full name, static shape, and how it starts. */
export interface Declaration {
  /** Scope path and local name: `encoder.0.conv0.weight`. */
  readonly name: string
  readonly shape: readonly number[]
  /** `parameter` is trained; `statistic` is measured (running mean) or drawn once (mask), and read. */
  readonly role: 'parameter' | 'statistic'
  readonly initial: Initial
  /** Weight decay and weight penalties apply: true for weights, false for biases and normalisation gains. */
  readonly decays: boolean
}

/** A random tensor the runtime feeds at each run. */
export interface NoiseInput {
  readonly name: string
  readonly shape: readonly number[]
  readonly distribution: 'uniform' | 'normal'
  readonly value: Value
}

const pathTo = (local: string) => (currentScope() === '' ? local : `${currentScope()}.${local}`)

/** What layers build with, one for each graph. Names come from the scope the layer is built in. */
export class Context {
  readonly declarations = new Map<string, Declaration>()
  /** Graph inputs of the declarations, by name. */
  readonly values = new Map<string, Value>()
  /** New values of statistics, by name. */
  readonly renewed = new Map<string, Value>()
  readonly noises: NoiseInput[] = []

  /** @param training batch statistics and dropout behave as in training. */
  constructor(readonly training: boolean) {}

  /** Declares a trained tensor at the current scope and gives its value in this graph. */
  parameter(local: string, shape: readonly number[], initial: Initial, decays = false): Value {
    return this.declare({ name: pathTo(local), shape, role: 'parameter', initial, decays }, local)
  }

  /** Declares a tensor that is not trained. */
  statistic(local: string, shape: readonly number[], initial: Initial): Value {
    return this.declare({ name: pathTo(local), shape, role: 'statistic', initial, decays: false }, local)
  }

  /** Says the value a statistic of the current scope has after this step. */
  renew(local: string, next: Value): void {
    this.renewed.set(pathTo(local), next)
  }

  /** A random input of the program, in [0, 1) or standard normal. */
  noise(local: string, shape: readonly number[], distribution: NoiseInput['distribution']): Value {
    const value = input(local, 'float32', shape)
    this.noises.push({ name: pathTo(local), shape, distribution, value })
    return value
  }

  private declare(declaration: Declaration, local: string): Value {
    const { name, shape } = declaration
    if (this.declarations.has(name))
      throw new ModelError('graph-invalid', `Two tensors are called ${name}. Give their layers different scopes.`, {
        tensor: name,
      })
    const value = input(local, 'float32', shape)
    this.declarations.set(name, declaration)
    this.values.set(name, value)
    return value
  }
}

/** Step-0 values of declarations: deterministic in the seed, independent of their order. */
export const initialValues = (declarations: Iterable<Declaration>, seed: number): Map<string, Float32Array> =>
  new Map([...declarations].map(({ name, shape, initial }) => [name, initialValue(initial, shape, seed, name)]))
