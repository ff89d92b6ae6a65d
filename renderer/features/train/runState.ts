// A run's state as icon, word and tone. Pure.
import type { RunSummary } from '#common/ipc/project'
import type { IconName } from '../../components'

interface StateLook {
  readonly icon: IconName
  readonly word: string
  readonly tone: 'ok' | 'err' | 'info' | 't2'
}

const LOOK: Readonly<Record<RunSummary['state'], StateLook>> = {
  running: { icon: 'play', word: 'Training', tone: 't2' },
  done: { icon: 'okCircle', word: 'Done', tone: 'ok' },
  stopped: { icon: 'stop', word: 'Stopped by you', tone: 't2' },
  failed: { icon: 'error', word: 'Failed', tone: 'err' },
  interrupted: { icon: 'info', word: 'Interrupted', tone: 'info' },
}

export const runState = (state: RunSummary['state']): StateLook => LOOK[state]

/** As `runState`, with the epoch where a run ended before its time. */
export function standing({ state, epochs, layers }: Pick<RunSummary, 'state' | 'epochs' | 'layers'>): StateLook {
  const look = LOOK[state]
  if (state !== 'interrupted') return look
  if (layers && epochs.done === 0) return { ...look, word: 'Interrupted among its layers' }
  return { ...look, word: epochs.done === 0 ? 'Interrupted in epoch 1' : `Interrupted at epoch ${epochs.done}` }
}
