// Operators: functions that build nodes, and the table that says what each one is.
export * from './functions'
export { OPS, definitionOf, type OpAttributes, type OpName } from './registry'
export type { GradientRule, OnnxAttribute, OnnxConstant, OnnxForm, OpDefinition, Ops } from './op'
export { ONNX_TYPE } from './compare'
