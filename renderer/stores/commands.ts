// Every action of the window as data: menus, tooltips, the palette, the keymap and the app menu all read this registry.
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { asSagittaError } from '#common/errors'
import { isTyping, keysOf, parseKeys, showKeys } from './keys'
import { useNotices } from './notices'
import { useSettings } from './settings'

export interface Command {
  /** `domain.action`; stable: keymaps and the app menu name it. */
  readonly id: string
  readonly title: string
  /** Heading in the keymap and the palette: Project, View, Draw … */
  readonly group: string
  /** Default combinations, e.g. `['Ctrl+O']`; settings may replace them. */
  readonly keys?: readonly string[]
  /** true, or the reason in words why it can't be done now. Absent: always. */
  readonly enabled?: () => true | string
  /** Kept out of the palette and lists: steps of a value, e.g. "brush size + 1". */
  readonly hidden?: boolean
  readonly run: () => unknown
}

const isEditable = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type=range], [type=checkbox], [type=radio]), textarea, [contenteditable=true]') !== null

export const useCommands = defineStore('commands', () => {
  const settings = useSettings()
  const notices = useNotices()
  const list = shallowRef<readonly Command[]>([])

  const byId = computed(() => new Map(list.value.map(command => [command.id, command])))

  /** The combinations in force for a command: the person's, else the default ones. */
  const keysFor = (id: string): readonly string[] => {
    const own = settings.current.keymap[id]
    return own === undefined ? (byId.value.get(id)?.keys ?? []) : parseKeys(own)
  }

  /** Its first combination as people write it, for tooltips and buttons. */
  const hintFor = (id: string): string | undefined => keysFor(id).map(showKeys)[0]

  const byKeys = computed(() => {
    const map = new Map<string, Command[]>()
    for (const command of list.value)
      for (const keys of keysFor(command.id)) map.set(keys, [...(map.get(keys) ?? []), command])
    return map
  })

  const enabledOf = (command: Command): true | string => command.enabled?.() ?? true

  /** Adds commands until the calling scope (a component's setup) ends. An id registered again replaces the older one. */
  const register = (commands: readonly Command[]): void => {
    const ids = new Set(commands.map(command => command.id))
    list.value = [...list.value.filter(command => !ids.has(command.id)), ...commands]
    onScopeDispose(() => {
      list.value = list.value.filter(command => !commands.includes(command))
    }, true)
  }

  const execute = async (command: Command): Promise<void> => {
    const enabled = enabledOf(command)
    if (enabled !== true) {
      notices.say({ tone: 'info', text: `${command.title}: ${enabled}` })
      return
    }
    try {
      await command.run()
    } catch (thrown) {
      notices.fail(asSagittaError(thrown))
    }
  }

  /** Runs a command; one that can't run says why. The app menu names some that only an open scan has. */
  const run = (id: string): void => {
    const command = byId.value.get(id)
    if (command) void execute(command)
    else notices.say({ tone: 'info', text: 'That needs an open scan or project, in the workspace it belongs to.' })
  }

  /** Runs the first enabled command of a key press. @returns whether one ran. */
  const handle = (event: KeyboardEvent): boolean => {
    const keys = keysOf(event)
    if (keys === null || (isTyping(keys) && isEditable(event.target))) return false
    const command = byKeys.value.get(keys)?.find(candidate => enabledOf(candidate) === true)
    if (!command) return false
    event.preventDefault()
    void execute(command)
    return true
  }

  return { list, byId, byKeys, keysFor, hintFor, enabledOf, register, run, handle }
})
