// Commands of Train.
import { useCommands } from '../../stores'
import { useDraft } from './draft'
import { useLiveRun } from './live'

/** Call once, in the app's setup. */
export function useTrainCommands(): void {
  const commands = useCommands()
  const draft = useDraft()
  const live = useLiveRun()

  commands.register([
    {
      id: 'train.start',
      title: 'Start training',
      group: 'Train',
      enabled: () => (live.isRunning ? 'a run is in progress.' : draft.ready),
      run: live.start,
    },
    {
      id: 'train.stop',
      title: 'Stop training and keep the best model',
      group: 'Train',
      enabled: () => live.isRunning || 'nothing is being trained.',
      run: live.stop,
    },
  ])
}
