// Activation functions by name, and how weights before them start.
import type { Value } from '../ir'
import { elu, gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from '../ops'
import { heNormal, xavierUniform, type Initial } from './initial'

export const ACTIVATIONS = [
  'identity',
  'relu',
  'leakyRelu',
  'elu',
  'gelu',
  'silu',
  'sigmoid',
  'tanh',
  'softplus',
] as const
export type Activation = (typeof ACTIVATIONS)[number]

/** Slope of the leaky rectifier below 0, nnU-Net's and PyTorch's. */
export const LEAK = 0.01

const FUNCTIONS: Readonly<Record<Activation, (x: Value) => Value>> = {
  identity: x => x,
  relu,
  leakyRelu: x => leakyRelu(x, LEAK),
  elu: x => elu(x),
  gelu,
  silu,
  sigmoid,
  tanh,
  softplus,
}

/** Of any shape, value by value. */
export const activate = (activation: Activation, x: Value): Value => FUNCTIONS[activation](x)

/** He for rectifier-like units, Glorot for those linear around zero. */
export function weightInitial(before: Activation, fanIn: number, fanOut: number): Initial {
  switch (before) {
    case 'relu':
    case 'elu':
    case 'gelu':
    case 'silu':
    case 'softplus':
      return heNormal(fanIn)
    case 'leakyRelu':
      return heNormal(fanIn, LEAK)
    case 'identity':
    case 'sigmoid':
    case 'tanh':
      return xavierUniform(fanIn, fanOut)
  }
}
