// Door of the viewer: the view, its bar, and what others may read or set.
export { useViewerCommands, type ViewportHandle } from './commands'
export { useSliceMarks } from './sliceMarks'
export { useSlices, type UnacknowledgedStroke } from './slices'
export { useView } from './view'
export { default as ViewBar } from './ViewBar.vue'
export type { DrawingTool } from './drawingTool'
export { default as Viewport } from './Viewport.vue'
