// Commands of Train.
import { useCommands, useProject, useSelection, type Command } from '../../stores'
import { useCodeDraft } from './codeDraft'
import { useDraft } from './draft'
import { useTrainKind, type TrainKind } from './kind'
import { useLiveRun } from './live'

/** Call once, in the app's setup. */
export function useTrainCommands(): void {
  const codeDraft = useCodeDraft()
  const commands = useCommands()
  const draft = useDraft()
  const live = useLiveRun()
  const project = useProject()
  const selection = useSelection()
  const trainKind = useTrainKind()

  const setUp = (kind: TrainKind, what: string): Command => ({
    id: `train.${kind}`,
    title: `Set up the training of ${what}`,
    group: 'Train',
    enabled: () => project.isOpen || 'open a scan or a project first.',
    run: () => {
      trainKind.kind = kind
      selection.workspace = 'train'
    },
  })

  commands.register([
    {
      id: 'train.start',
      title: 'Start training',
      group: 'Train',
      enabled: () => {
        if (live.isRunning) return 'a run is in progress.'
        return trainKind.kind === 'segmentation' ? draft.ready : codeDraft.ready
      },
      run: live.start,
    },
    {
      id: 'train.stop',
      title: 'Stop training and keep the best model',
      group: 'Train',
      enabled: () => live.isRunning || 'nothing is being trained.',
      run: live.stop,
    },
    setUp('segmentation', 'a segmentation network'),
    setUp('autoencoder', 'an autoencoder'),
    setUp('vae', 'a VAE'),
    setUp('classifier', 'a classifier of images or pixels'),
  ])
}
