// Graph to graph: tidying for everybody, lowering for a provider.
export { lower, tidy, type Target } from './lower'
export { pipeline, rewriting, type Pass, type Rule } from './rewrite'
