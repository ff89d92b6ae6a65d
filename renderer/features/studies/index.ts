// Door of the studies feature: the left rail, its dialogs, its commands, what can be done with a series.
export { default as SeriesDialog } from './SeriesDialog.vue'
export { default as SkippedDialog } from './SkippedDialog.vue'
export { default as StudiesRail } from './StudiesRail.vue'
export { useSeriesActions } from './actions'
export { useStudyCommands } from './commands'
export { patientName, seriesName, sizeText } from './tree'
