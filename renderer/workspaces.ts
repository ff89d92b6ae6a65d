// The workspaces of the window as data: which feature fills which region. A workspace is listed when all of it works.
import { AnnotateCentre, JournalPanel, LabelsPanel, SlicesPanel, ToolOptions, ToolStrip } from './features/annotate'
import { LatentCentre, LatentInspector, LatentRail } from './features/latent'
import { SegmentPanel } from './features/segment'
import type { Workspace } from './features/shell'
import { StudiesRail } from './features/studies'
import { PlanRail, TrainCentre, TrainRail } from './features/train'

export const WORKSPACES: readonly Workspace[] = [
  {
    id: 'annotate',
    title: 'Annotate',
    keys: 'Ctrl+1',
    left: { name: 'Studies', width: 248, parts: [StudiesRail] },
    strip: ToolStrip,
    centre: AnnotateCentre,
    right: {
      name: 'Labels and tools',
      width: 304,
      parts: [LabelsPanel, SegmentPanel, ToolOptions, SlicesPanel, JournalPanel],
    },
    messages: 'right',
  },
  {
    id: 'train',
    title: 'Train',
    keys: 'Ctrl+2',
    left: { name: 'Cases, labels and split', width: 300, parts: [TrainRail] },
    centre: TrainCentre,
    right: { name: 'Configuration', width: 340, parts: [PlanRail] },
    messages: 'left',
  },
  {
    id: 'latent',
    title: 'Latent',
    keys: 'Ctrl+4',
    left: { name: 'Model, images and map', width: 248, parts: [LatentRail] },
    centre: LatentCentre,
    right: { name: 'Units and comparison', width: 304, parts: [LatentInspector] },
    messages: 'right',
  },
]
