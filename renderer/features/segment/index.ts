// Door of the segment feature: the panel for Annotate's right rail, the model card, the commands.
export { default as ModelCardDialog } from './ModelCardDialog.vue'
export { default as SegmentPanel } from './SegmentPanel.vue'
export { useSegmentCommands } from './commands'
export { modelOptions } from './modelOptions'
export { segmentProgress, useSegment } from './run'
