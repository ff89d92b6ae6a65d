// Door of the rendering room: views of slices, without Vue.
export type { ImageLook } from './imageLayer'
export type { LabelLook, LabelStyle } from './labelLayer'
export { finiteRange } from './sliceImage'
export { SliceView, type ViewFacts } from './sliceView'
export type { ImageExtent } from './viewTransform'
