// ONNX files: writing graphs, and reading what a file says about itself.
export {
  MAX_EMBEDDED_BYTES,
  OPSET,
  toOnnx,
  toOnnxExternal,
  toOnnxFiles,
  type ExternalTensor,
  type OnnxFiles,
  type OnnxOptions,
  type WeightsBeside,
} from './serialize'
export { fromOnnx, type OnnxInitializer, type OnnxModel, type OnnxNode, type OnnxTensorInfo } from './parse'
export { withMetadata } from './withMetadata'
