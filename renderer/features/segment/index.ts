// Door of the segment feature: the panel for Annotate's right rail, model cards, the commands; models and progress as lists show them.
export { default as CardFacts } from './CardFacts.vue'
export { default as ModelCardDialog } from './ModelCardDialog.vue'
export { default as SegmentPanel } from './SegmentPanel.vue'
export { useSegmentCommands } from './commands'
export { modelOptions } from './modelOptions'
export { segmentProgress, useSegment } from './run'
