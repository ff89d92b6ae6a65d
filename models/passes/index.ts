// Graph to graph: tidying for everybody, lowering for a provider.
export { lower, STANDARD, tidy, type Lowering, type Target } from './lower'
export { pipeline, rewriting, type Pass, type Rule } from './rewrite'
