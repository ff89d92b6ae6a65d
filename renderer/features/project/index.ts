// Door of the project feature: menu, dialogs, commands.
export { default as ProjectFolderDialog } from './ProjectFolderDialog.vue'
export { default as ProjectMenu } from './ProjectMenu.vue'
export { default as ScratchDialog } from './ScratchDialog.vue'
export { useProjectCommands } from './commands'
