// Commands that bring scans in and act on the series that is open.
import { useCommands, useDialogs, useIntake, useProject, useSelection, type Source } from '../../stores'
import { useSeriesActions } from './actions'
import { placesOf } from './tree'

const NO_SERIES = 'choose a series first.'

/** Call once, in the app's setup. */
export function useStudyCommands(): void {
  const actions = useSeriesActions()
  const commands = useCommands()
  const intake = useIntake()
  const dialogs = useDialogs()
  const project = useProject()
  const selection = useSelection()

  const here = (): true | string => selection.source?.status === 'here' || NO_SERIES
  const withSeries = (work: (source: Source) => unknown) => () => selection.source && work(selection.source)

  commands.register([
    {
      id: 'studies.add-folder',
      title: 'Open a folder of scans',
      group: 'Studies',
      keys: ['Ctrl+O'],
      run: intake.addFolder,
    },
    { id: 'studies.sample', title: 'Open the sample study', group: 'Studies', run: intake.openSample },
    {
      id: 'studies.left-out',
      title: 'Show the files that were left out',
      group: 'Studies',
      enabled: () => project.sources.length > 0 || 'open scans first.',
      run: () => dialogs.show({ name: 'skipped', paths: placesOf(project.sources) }),
    },
    {
      id: 'studies.export-volume',
      title: 'Export the series as NIfTI',
      group: 'Studies',
      enabled: here,
      run: withSeries(actions.exportVolume),
    },
  ])
}
