// What happens to a graph before it is written for an execution provider.
import { mergeCommon } from './commonSubexpressions'
import { foldConstants } from './foldConstants'
import { pipeline, type Pass } from './rewrite'
import { simplify } from './simplify'
import { lowerForWebGpu } from './webgpu'

/** Execution providers of ONNX Runtime that Sagitta may use. `standard` is any runtime: exported models. */
export type Target = 'standard' | 'cpu' | 'cuda' | 'tensorrt' | 'directml' | 'webgpu' | 'coreml'

/** Smaller, and the same on every provider. */
export const tidy: Pass = pipeline(simplify, foldConstants, simplify, mergeCommon)

const same: Pass = graph => graph

/** Forms that only one provider wants. A new one gets a file of its own and a line here. */
const LOWERINGS: Readonly<Record<Target, Pass>> = {
  standard: same,
  cpu: same,
  cuda: same,
  tensorrt: same,
  directml: same,
  webgpu: lowerForWebGpu,
  coreml: same,
}

/** The graph as `target` should get it: lowered, then tidied. Inputs and outputs keep names and types. */
export const lower = (target: Target): Pass => pipeline(LOWERINGS[target], tidy)
