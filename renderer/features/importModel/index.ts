// Door of the import feature: the dialog that takes in a model made elsewhere, and its command.
export { default as ImportModelDialog } from './ImportModelDialog.vue'
export { useImportCommands } from './commands'
