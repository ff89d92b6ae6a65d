// Which of the page's commands the app menu shows, and how their keys are written for the system. Pure.

export interface CommandItem {
  /** As in the page's registry. */
  readonly command: string
  readonly label: string
  /** Default combinations as the page writes them, alternatives separated by spaces; empty for none. */
  readonly keys: string
}

export interface CommandMenu {
  readonly label: string
  readonly items: readonly (CommandItem | 'separator')[]
}

/** The page's names of keys that the system calls otherwise. */
const SYSTEM_NAMES: Readonly<Record<string, string>> = {
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  Ctrl: 'CmdOrCtrl',
}

const MODIFIER = /^(Ctrl|Alt|Shift)$/
const KEY =
  /^([A-Z0-9]|F([1-9]|1\d|2[0-4])|[[\],.;'`/\\=-]|Plus|Space|Tab|Backspace|Delete|Insert|Enter|Escape|Home|End|PageUp|PageDown|Arrow(Up|Down|Left|Right))$/

/** The first combination of a keymap entry as the system's menus take it; null when they can't show it. */
export function acceleratorOf(keys: string): string | null {
  const [first] = keys.split(' ')
  const parts = (first ?? '').split('+')
  const key = parts.pop() ?? ''
  if (!KEY.test(key) || !parts.every(part => MODIFIER.test(part))) return null
  return [...parts, key].map(part => SYSTEM_NAMES[part] ?? part).join('+')
}

export const COMMAND_MENUS: readonly CommandMenu[] = [
  {
    label: 'File',
    items: [
      { command: 'studies.add-folder', label: 'Open a folder of scans', keys: 'Ctrl+O' },
      { command: 'studies.sample', label: 'Open the sample study', keys: '' },
      'separator',
      { command: 'project.new', label: 'New project', keys: 'Ctrl+N' },
      { command: 'project.open', label: 'Open project', keys: 'Ctrl+Shift+O' },
      { command: 'project.save-as', label: 'Save as project', keys: 'Ctrl+Shift+S' },
      { command: 'project.close', label: 'Close the project', keys: 'Ctrl+W' },
      'separator',
      { command: 'labels.import', label: 'Read a target map (NIfTI)', keys: '' },
      { command: 'labels.export', label: 'Save the target map as NIfTI', keys: 'Ctrl+E' },
      { command: 'studies.export-volume', label: 'Export the series as NIfTI', keys: '' },
      'separator',
      { command: 'app.settings', label: 'Settings', keys: 'Ctrl+,' },
    ],
  },
  {
    label: 'Edit',
    items: [
      { command: 'edit.undo', label: 'Undo', keys: 'Ctrl+Z' },
      { command: 'edit.redo', label: 'Redo', keys: 'Ctrl+Y' },
    ],
  },
  {
    label: 'View',
    items: [
      { command: 'view.fit', label: 'Fit image to view', keys: 'F' },
      { command: 'view.zoomIn', label: 'Zoom in', keys: 'Plus' },
      { command: 'view.zoomOut', label: 'Zoom out', keys: '-' },
      { command: 'view.invert', label: 'Invert grey values', keys: 'I' },
      'separator',
      { command: 'view.left-rail', label: 'Fold or unfold the left rail', keys: 'Ctrl+B' },
      { command: 'view.right-rail', label: 'Fold or unfold the right rail', keys: 'Ctrl+Alt+B' },
    ],
  },
  {
    label: 'Model',
    items: [
      { command: 'segment.run', label: 'Segment this series', keys: 'Ctrl+Enter' },
      { command: 'segment.accept', label: 'Accept the proposal', keys: 'A' },
      { command: 'segment.discard', label: 'Discard the proposal', keys: '' },
      'separator',
      { command: 'train.start', label: 'Start training', keys: '' },
      { command: 'train.stop', label: 'Stop training and keep the best model', keys: '' },
    ],
  },
  {
    label: 'Help',
    items: [
      { command: 'app.palette', label: 'Find a command', keys: 'Ctrl+K' },
      { command: 'app.keyboard', label: 'Keyboard', keys: 'F1' },
      { command: 'app.messages', label: 'Messages of this session', keys: '' },
    ],
  },
]
