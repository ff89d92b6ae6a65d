// Commands of Latent, there while its workspace is shown.
import { useCommands, useDialogs, type Command } from '../../stores'
import { useCodes } from './codes'
import { useCodeExport } from './exporting'
import { useCodeMap, type MapTool } from './map'
import { usePicks } from './picks'

const NO_CODES = 'code some images first.'
const NONE_OPEN = 'open an image first: click a point of the map.'
const NONE_CHOSEN = 'choose points first, with the lasso or in the legend.'

/** Call once, in the setup of the workspace. */
export function useLatentCommands(): void {
  const codes = useCodes()
  const commands = useCommands()
  const dialogs = useDialogs()
  const exporting = useCodeExport()
  const map = useCodeMap()
  const picks = usePicks()

  const coded = (): true | string => codes.current !== null || NO_CODES
  const opened = (): true | string => picks.current !== null || NONE_OPEN
  const chosen = (): true | string => picks.chosen !== null || NONE_CHOSEN

  /** The chosen image after the opened one, round and round. */
  const stepChosen = (by: 1 | -1): void => {
    const indices = picks.chosen?.indices
    if (!indices || indices.length === 0) return
    const at = picks.current === null ? -1 : indices.indexOf(picks.current)
    const next = at < 0 ? (by > 0 ? 0 : indices.length - 1) : (at + by + indices.length) % indices.length
    picks.open(indices[next]!)
  }
  const tool = (value: MapTool, title: string, key: string): Command => ({
    id: `latent.${value}`,
    title,
    group: 'Latent',
    keys: [key],
    enabled: coded,
    run: () => (map.tool = value),
  })

  commands.register([
    {
      id: 'latent.encode',
      title: 'Code the images',
      group: 'Latent',
      keys: ['Ctrl+Enter'],
      enabled: () => codes.ready,
      run: codes.encode,
    },
    tool('pick', 'Open points on the map', 'P'),
    tool('lasso', 'Choose points with a lasso', 'L'),
    tool('rectangle', 'Choose points with a rectangle', 'R'),
    {
      id: 'latent.nextChosen',
      title: 'Open the next chosen image',
      group: 'Latent',
      keys: ['N'],
      enabled: chosen,
      run: () => stepChosen(1),
    },
    {
      id: 'latent.previousChosen',
      title: 'Open the chosen image before',
      group: 'Latent',
      keys: ['Shift+N'],
      enabled: chosen,
      run: () => stepChosen(-1),
    },
    {
      id: 'latent.clear',
      title: 'Choose no points',
      group: 'Latent',
      keys: ['Escape'],
      enabled: chosen,
      run: () => picks.choose('lasso', new Int32Array(0)),
    },
    {
      id: 'latent.endA',
      title: 'Begin the path at the opened image',
      group: 'Latent',
      keys: ['Shift+A'],
      enabled: opened,
      run: () => picks.endFromCurrent('a'),
    },
    {
      id: 'latent.endB',
      title: 'End the path at the opened image',
      group: 'Latent',
      keys: ['Shift+B'],
      enabled: opened,
      run: () => picks.endFromCurrent('b'),
    },
    {
      id: 'latent.export',
      title: 'Export codes',
      group: 'Latent',
      enabled: coded,
      run: () => {
        exporting.onlyChosen = false
        dialogs.show({ name: 'export-codes' })
      },
    },
  ])
}
