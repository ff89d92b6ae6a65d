// Differentiation.
export { gradients } from './gradients'
