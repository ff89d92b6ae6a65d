// ONNX files: writing graphs, and reading what a file says about itself.
export { MAX_EMBEDDED_BYTES, OPSET, toOnnx, toOnnxExternal, type ExternalTensor, type OnnxOptions } from './serialize'
export { fromOnnx, type OnnxInitializer, type OnnxModel, type OnnxTensorInfo } from './parse'
export { withMetadata } from './withMetadata'
