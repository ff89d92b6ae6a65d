// Door of the settings feature.
export { default as SettingsDialog } from './SettingsDialog.vue'
