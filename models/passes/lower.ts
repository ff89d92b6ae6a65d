// What happens to a graph before it is written for an execution provider.
import { blockConvolutions } from './blockedConvolutions'
import { mergeCommon } from './commonSubexpressions'
import { lowerForCpu } from './cpu'
import { foldConstants } from './foldConstants'
import { pipeline, type Pass } from './rewrite'
import { simplify } from './simplify'
import { lowerForWebGpu } from './webgpu'

/** Execution providers of ONNX Runtime that Sagitta may use. `standard` is any runtime: exported models. */
export type Target = 'standard' | 'cpu' | 'cuda' | 'tensorrt' | 'directml' | 'webgpu' | 'coreml'

/** Smaller, and the same on every provider. */
export const tidy: Pass = pipeline(simplify, foldConstants, simplify, mergeCommon)

const same: Pass = graph => graph

/** What a graph is written for. */
export interface Lowering {
  readonly target: Target
  /** On CPU: channels of one block of ONNX Runtime's blocked convolutions in the running build; null writes plain convolutions. */
  readonly channelBlock?: number | null
}

/** The same graph for every runtime. */
export const STANDARD: Lowering = { target: 'standard' }

/** Forms that only one provider wants. A new one gets a file of its own and a line here. */
const LOWERINGS: Readonly<Record<Target, (lowering: Lowering) => Pass>> = {
  standard: () => same,
  cpu: ({ channelBlock }) => (channelBlock ? pipeline(lowerForCpu, blockConvolutions(channelBlock)) : lowerForCpu),
  cuda: () => same,
  tensorrt: () => same,
  directml: () => same,
  webgpu: () => lowerForWebGpu,
  coreml: () => same,
}

/** The graph as a provider should get it: lowered, then tidied. Inputs and outputs keep names and types. */
export const lower = (lowering: Lowering): Pass => pipeline(LOWERINGS[lowering.target](lowering), tidy)
