// Commands of the Segment panel.
import { useCommands, useProposals } from '../../stores'
import { useSegment } from './run'

const NO_PROPOSAL = 'no model has proposed anything for this series.'

/** Call once, in the app's setup. */
export function useSegmentCommands(): void {
  const commands = useCommands()
  const proposals = useProposals()
  const segment = useSegment()

  const proposed = (): true | string => proposals.current !== null || NO_PROPOSAL

  commands.register([
    {
      id: 'segment.run',
      title: 'Segment this series',
      group: 'Segment',
      keys: ['Ctrl+Enter'],
      enabled: () => segment.ready,
      run: segment.run,
    },
    {
      id: 'segment.accept',
      title: 'Accept the proposal',
      group: 'Segment',
      keys: ['A'],
      enabled: proposed,
      run: segment.accept,
    },
    {
      id: 'segment.discard',
      title: 'Discard the proposal',
      group: 'Segment',
      enabled: proposed,
      run: segment.discard,
    },
    {
      id: 'segment.show',
      title: 'Show or hide the proposal',
      group: 'Segment',
      keys: ['V'],
      enabled: proposed,
      run: () => (proposals.visible = !proposals.visible),
    },
  ])
}
