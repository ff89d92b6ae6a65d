// Door of Annotate: the components of its regions, and the target map for features that change it.
export { default as AnnotateCentre } from './AnnotateCentre.vue'
export { default as JournalPanel } from './JournalPanel.vue'
export { default as LabelsPanel } from './LabelsPanel.vue'
export { default as SlicesPanel } from './SlicesPanel.vue'
export { default as ToolOptions } from './ToolOptions.vue'
export { default as ToolStrip } from './ToolStrip.vue'
export { useLabelMap } from './labelMap'
