// The project's commands: new, open, save as, close, what scratch workspaces keep.
import { useApi } from '../../api'
import { useCommands, useDialogs, useNotices, useProject } from '../../stores'

const NOTHING_OPEN = 'nothing is open.'

/** Call once, in the app's setup. */
export function useProjectCommands(): void {
  const api = useApi()
  const commands = useCommands()
  const dialogs = useDialogs()
  const notices = useNotices()
  const project = useProject()

  const openProject = async (): Promise<void> => {
    const { path } = await api.app.chooseFolder({ title: 'Open a project folder', createAllowed: false })
    if (path !== null) await project.open(path)
  }

  const close = async (): Promise<void> => {
    const { name, folder, scratch } = project.state ?? { name: '', folder: '', scratch: false }
    await project.close()
    notices.say({
      tone: 'ok',
      text: scratch ? 'Closed. What was drawn is kept on this computer.' : `${name} is closed and saved.`,
      action: { title: 'Open again', run: () => project.open(folder) },
    })
  }

  commands.register([
    {
      id: 'project.new',
      title: 'New project',
      group: 'Project',
      keys: ['Ctrl+N'],
      run: () => dialogs.show({ name: 'new-project' }),
    },
    { id: 'project.open', title: 'Open project', group: 'Project', keys: ['Ctrl+Shift+O'], run: openProject },
    {
      id: 'project.save-as',
      title: 'Save as project',
      group: 'Project',
      keys: ['Ctrl+Shift+S'],
      enabled: () => project.isOpen || NOTHING_OPEN,
      run: () => dialogs.show({ name: 'save-as' }),
    },
    {
      id: 'project.show-folder',
      title: 'Show the project folder',
      group: 'Project',
      enabled: () => project.isOpen || NOTHING_OPEN,
      run: () => api.app.showInFolder({ path: project.state?.folder ?? '' }),
    },
    {
      id: 'project.scratch',
      title: 'What scans without a project keep on disk',
      group: 'Project',
      run: () => dialogs.show({ name: 'scratch' }),
    },
    {
      id: 'project.close',
      title: 'Close the project',
      group: 'Project',
      keys: ['Ctrl+W'],
      enabled: () => project.isOpen || NOTHING_OPEN,
      run: close,
    },
  ])
}
