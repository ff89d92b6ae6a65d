// The shell's own commands, the window's key handling, and commands that arrive from the app menu.
import { onScopeDispose } from 'vue'
import { useApi } from '../../api'
import { useCommands, useDialogs, useLayout, useNotices, useProject, useSelection } from '../../stores'
import { cycleRegion } from './regions'
import type { Workspace } from './workspace'

const NO_PROJECT = 'open a scan or a project first.'

/** Call once, in the app's setup. */
export function useShellCommands(workspaces: readonly Workspace[]): void {
  const api = useApi()
  const commands = useCommands()
  const dialogs = useDialogs()
  const layout = useLayout()
  const notices = useNotices()
  const project = useProject()
  const selection = useSelection()

  commands.register([
    {
      id: 'app.palette',
      title: 'Find a command',
      group: 'Window',
      keys: ['Ctrl+K', 'Ctrl+Shift+P'],
      run: () => dialogs.show({ name: 'palette' }),
    },
    {
      id: 'app.settings',
      title: 'Settings',
      group: 'Window',
      keys: ['Ctrl+,'],
      run: () => dialogs.show({ name: 'settings' }),
    },
    {
      id: 'app.keyboard',
      title: 'Keyboard',
      group: 'Window',
      keys: ['F1'],
      run: () => dialogs.show({ name: 'settings', page: 'keyboard' }),
    },
    {
      id: 'app.messages',
      title: 'Messages of this session',
      group: 'Window',
      run: () => dialogs.show({ name: 'messages' }),
    },
    {
      id: 'view.left-rail',
      title: 'Fold or unfold the left rail',
      group: 'Window',
      keys: ['Ctrl+B'],
      run: layout.toggleLeft,
    },
    {
      id: 'view.right-rail',
      title: 'Fold or unfold the right rail',
      group: 'Window',
      keys: ['Ctrl+Alt+B'],
      run: layout.toggleRight,
    },
    {
      id: 'view.next-region',
      title: 'Next region',
      group: 'Window',
      keys: ['F6'],
      hidden: true,
      run: () => cycleRegion(document, false),
    },
    {
      id: 'view.previous-region',
      title: 'Previous region',
      group: 'Window',
      keys: ['Shift+F6'],
      hidden: true,
      run: () => cycleRegion(document, true),
    },
    ...workspaces.map(workspace => ({
      id: `workspace.${workspace.id}`,
      title: `Go to ${workspace.title}`,
      group: 'Window',
      keys: [workspace.keys],
      enabled: () => project.isOpen || NO_PROJECT,
      run: () => {
        selection.workspace = workspace.id
      },
    })),
  ])

  const onKey = (event: KeyboardEvent): void => {
    if (!event.defaultPrevented && dialogs.current === null) commands.handle(event)
  }
  window.addEventListener('keydown', onKey)
  const stops = [
    api.app.command(({ id }) => commands.run(id)),
    api.app.serviceStopped(({ message, restarted }) =>
      notices.say({ tone: restarted ? 'info' : 'error', text: message }),
    ),
  ]
  onScopeDispose(() => {
    window.removeEventListener('keydown', onKey)
    for (const stop of stops) stop()
  })
}
