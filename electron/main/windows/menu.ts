// The app menu: commands of the page by their ids, with the keys in force, and what the system itself does.
import { app, Menu, type MenuItemConstructorOptions } from 'electron'
import { COMMAND_MENUS, acceleratorOf, type CommandItem } from './menuItems'

export interface MenuParts {
  /** From settings: command id to key combinations. */
  keymap: Readonly<Record<string, string>>
  run: (commandId: string) => void
}

export function setAppMenu({ keymap, run }: MenuParts): void {
  const item = (entry: CommandItem | 'separator'): MenuItemConstructorOptions => {
    if (entry === 'separator') return { type: 'separator' }
    const accelerator = acceleratorOf(keymap[entry.command] ?? entry.keys)
    return {
      label: entry.label,
      click: () => run(entry.command),
      // The page has the keymap and handles the keys; the menu only shows them.
      ...(accelerator === null ? {} : { accelerator, registerAccelerator: false }),
    }
  }
  const menus = COMMAND_MENUS.map(menu => ({ label: menu.label, submenu: menu.items.map(item) }))
  const [file, ...others] = menus
  const quit: MenuItemConstructorOptions[] = [{ type: 'separator' }, { role: 'quit' }]
  const system: MenuItemConstructorOptions[] = [
    { role: 'togglefullscreen' },
    ...(app.isPackaged
      ? []
      : ([{ role: 'toggleDevTools' }, { role: 'forceReload' }] satisfies MenuItemConstructorOptions[])),
  ]
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
      ...(file ? [{ ...file, submenu: [...file.submenu, ...quit] }] : []),
      ...others,
      { label: 'Window', submenu: system },
    ]),
  )
}
