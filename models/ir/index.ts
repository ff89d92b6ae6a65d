// The intermediate representation: what every other room of models/ builds on.
export * from './types'
export * from './dims'
export * from './value'
export * from './scope'
export * from './builder'
export * from './graph'
export * from './print'
