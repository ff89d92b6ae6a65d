// Door of the rendering room: views of slices and of maps of points, without Vue.
export type { ImageLook } from './imageLayer'
export type { LabelLook, LabelStyle } from './labelLayer'
export { PointIndex, type Direction } from './pointIndex'
export { POINT_SHAPES, type PointShape } from './pointShader'
export {
  boundsOf,
  cssToMap,
  fitMap,
  joined,
  mapToCss,
  panMap,
  zoomMap,
  type Bounds,
  type MapSize,
  type MapTransform,
} from './scatterTransform'
export { ScatterView, styleByte, type PointLook } from './scatterView'
export { finiteRange } from './sliceImage'
export { SliceView, type ViewFacts } from './sliceView'
export type { ImageExtent } from './viewTransform'
