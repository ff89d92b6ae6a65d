// What the viewer can be told by key, palette or menu.
import { onBeforeUnmount, onMounted } from 'vue'
import { useCommands, type Command } from '../../stores/commands'
import { useSelection } from '../../stores/selection'
import { useView } from './view'

export interface ViewportHandle {
  fit(): void
  zoom(factor: number): void
}

export function useViewerCommands(viewport: () => ViewportHandle | null): void {
  const commands = useCommands()
  const selection = useSelection()
  const look = useView()

  const open = (): true | string => (selection.source ? true : 'Open a series first.')
  const slice = (id: string, title: string, keys: string[], step: () => number): Command => ({
    id: `view.${id}`,
    title,
    group: 'View',
    keys,
    enabled: open,
    run: () => (selection.k += step()),
  })

  commands.register([
    slice('nextSlice', 'Next slice', ['PageDown', 'ArrowDown', 'ArrowRight'], () => 1),
    slice('previousSlice', 'Previous slice', ['PageUp', 'ArrowUp', 'ArrowLeft'], () => -1),
    slice('forwardTen', 'Ten slices on', ['Shift+PageDown'], () => 10),
    slice('backTen', 'Ten slices back', ['Shift+PageUp'], () => -10),
    slice('firstSlice', 'First slice', ['Home'], () => -Infinity),
    slice('lastSlice', 'Last slice', ['End'], () => Infinity),
    {
      id: 'view.fit',
      title: 'Fit image to view',
      group: 'View',
      keys: ['F'],
      enabled: open,
      run: () => viewport()?.fit(),
    },
    {
      id: 'view.zoomIn',
      title: 'Zoom in',
      group: 'View',
      keys: ['Plus', '='],
      enabled: open,
      run: () => viewport()?.zoom(1.25),
    },
    {
      id: 'view.zoomOut',
      title: 'Zoom out',
      group: 'View',
      keys: ['-'],
      enabled: open,
      run: () => viewport()?.zoom(0.8),
    },
    {
      id: 'view.invert',
      title: 'Invert grey values',
      group: 'View',
      keys: ['I'],
      enabled: open,
      run: () => (look.invert = !look.invert),
    },
    {
      id: 'view.labels',
      title: 'Show or hide all labels',
      group: 'View',
      keys: ['H'],
      run: () => (look.labelsVisible = !look.labelsVisible),
    },
    ...Array.from({ length: 9 }, (_, at): Command => ({
      id: `view.preset${at + 1}`,
      title: `Window preset ${at + 1}`,
      group: 'View',
      keys: [String(at + 1)],
      hidden: true,
      enabled: () => (look.presets[at] ? true : `This series has no preset ${at + 1}.`),
      run: () => (look.window = look.presets[at]!),
    })),
  ])

  // `S` hides all labels only while it is held, so it is no command.
  const isPeek = (event: KeyboardEvent): boolean =>
    event.key.toLowerCase() === 's' &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    !(event.target as Element).matches('input, textarea')
  const down = (event: KeyboardEvent): void => void (isPeek(event) && (look.peek = true))
  const up = (event: KeyboardEvent): void => void (event.key.toLowerCase() === 's' && (look.peek = false))
  const blur = (): void => void (look.peek = false)
  onMounted(() => {
    window.addEventListener('keydown', down)
    window.addEventListener('keyup', up)
    window.addEventListener('blur', blur)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', down)
    window.removeEventListener('keyup', up)
    window.removeEventListener('blur', blur)
  })
}
