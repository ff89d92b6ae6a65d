// What Annotate can be told by key, palette or menu: tools, labels, undo, slice states, import and export of the target map.
import { useApi } from '../../api'
import { useCommands, type Command } from '../../stores/commands'
import { useNotices } from '../../stores/notices'
import { useProject } from '../../stores/project'
import { useSelection, type Tool } from '../../stores/selection'
import { useBrush } from './brush'
import { steppedDiameterMm } from './brushSize'
import { useLabelMap } from './labelMap'

const NIFTI = ['nii.gz', 'nii', 'gz']

/** `Portal venous 1.0` as a file name: letters and digits of any script, the rest as dashes. */
export const fileNameOf = (text: string): string =>
  text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'series'

export function useAnnotateCommands(): void {
  const api = useApi()
  const commands = useCommands()
  const notices = useNotices()
  const project = useProject()
  const selection = useSelection()
  const labelMap = useLabelMap()
  const brush = useBrush()

  const open = (): true | string => (labelMap.state ? true : 'Open a series first.')
  const tool = (id: Tool, title: string, key: string): Command => ({
    id: `draw.${id}`,
    title,
    group: 'Draw',
    keys: [key],
    run: () => (selection.tool = id),
  })
  const stepLabel = (by: number): void => {
    const { labels } = project
    const at = labels.findIndex(({ value }) => value === selection.labelValue)
    const next = labels[(at + by + labels.length) % labels.length]
    if (next) selection.labelValue = next.value
  }
  const toggleComplete = async (): Promise<void> => {
    const { volumeId, k } = selection
    if (volumeId !== null)
      await labelMap.setSliceState(volumeId, [k], labelMap.sliceState === 'complete' ? 'untouched' : 'complete')
  }

  const importLabels = async (): Promise<void> => {
    const { volumeId } = selection
    const { path } = await api.app.chooseFile({ title: 'Target map on this series’ grid', extensions: NIFTI })
    if (volumeId !== null && path !== null) await labelMap.importFrom(volumeId, path, true)
  }
  const exportLabels = async (): Promise<void> => {
    const { source } = selection
    if (!source) return
    const suggestedName = `${fileNameOf(source.info.description || source.info.modality)}-labels.nii.gz`
    const { path } = await api.app.chooseSave({
      title: 'Save the target map as NIfTI',
      suggestedName,
      extensions: NIFTI,
    })
    if (path !== null) await labelMap.exportTo(source.volumeId, path)
  }

  commands.register([
    tool('window', 'Window and level', 'W'),
    tool('brush', 'Brush', 'B'),
    tool('eraser', 'Eraser', 'E'),
    {
      id: 'draw.smaller',
      title: 'Smaller brush',
      group: 'Draw',
      keys: ['['],
      run: () => (brush.diameterMm = steppedDiameterMm(brush.diameterMm, -1)),
    },
    {
      id: 'draw.larger',
      title: 'Larger brush',
      group: 'Draw',
      keys: [']'],
      run: () => (brush.diameterMm = steppedDiameterMm(brush.diameterMm, 1)),
    },
    { id: 'labels.previous', title: 'Previous label', group: 'Labels', keys: [','], run: () => stepLabel(-1) },
    { id: 'labels.next', title: 'Next label', group: 'Labels', keys: ['.'], run: () => stepLabel(1) },
    {
      id: 'edit.undo',
      title: 'Undo',
      group: 'Draw',
      keys: ['Ctrl+Z'],
      enabled: () => (labelMap.state?.canUndo ? true : 'there is nothing to undo.'),
      run: labelMap.undo,
    },
    {
      id: 'edit.redo',
      title: 'Redo',
      group: 'Draw',
      keys: ['Ctrl+Y', 'Ctrl+Shift+Z'],
      enabled: () => (labelMap.state?.canRedo ? true : 'there is nothing to redo.'),
      run: labelMap.redo,
    },
    {
      id: 'slices.complete',
      title: 'Mark this slice complete, or not',
      group: 'Labels',
      keys: ['C'],
      enabled: open,
      run: toggleComplete,
    },
    {
      id: 'labels.import',
      title: 'Read a target map (NIfTI)',
      group: 'Project',
      enabled: open,
      run: () => notices.attempt(importLabels),
    },
    {
      id: 'labels.export',
      title: 'Save the target map as NIfTI',
      group: 'Project',
      keys: ['Ctrl+E'],
      enabled: open,
      run: () => notices.attempt(exportLabels),
    },
  ])
}
