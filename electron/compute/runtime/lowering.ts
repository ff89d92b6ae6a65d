// Which form of a program a provider gets.
import type { Lowering, Target } from '#models/passes/index'
import { channelBlock } from './channelBlock'

/** Providers by the names ONNX Runtime lists them under. */
const TARGETS: Readonly<Record<string, Target>> = {
  cpu: 'cpu',
  cuda: 'cuda',
  tensorrt: 'tensorrt',
  dml: 'directml',
  webgpu: 'webgpu',
  coreml: 'coreml',
}

/** The standard form for a provider that the engine does not know. */
export async function loweringFor(provider: string): Promise<Lowering> {
  const target = TARGETS[provider] ?? 'standard'
  return target === 'cpu' ? { target, channelBlock: await channelBlock() } : { target }
}
