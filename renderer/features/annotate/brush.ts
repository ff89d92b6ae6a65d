// The brush and eraser: size in mm, what they may paint over, and the strokes they make on the shown slice.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { strokeFootprint, type SliceShape } from '#common/labelmap/footprint'
import type { PaintOver, Stroke } from '#common/ipc/voxels'
import { useNotices } from '../../stores/notices'
import { useProject } from '../../stores/project'
import { useSelection } from '../../stores/selection'
import { useSlices, type DrawingTool } from '../viewer'
import { useLabelMap } from './labelMap'
import { steppedDiameterMm } from './brushSize'
import { StrokeSession } from './strokeSession'

export const useBrush = defineStore('brush', () => {
  const notices = useNotices()
  const project = useProject()
  const selection = useSelection()
  const slices = useSlices()
  const labelMap = useLabelMap()

  const diameterMm = ref(12)
  const paintOver = ref<PaintOver>('unlocked')
  /** The eraser takes off the current label only, or every unlocked one. */
  const eraseAll = ref(true)

  const shape = computed<SliceShape | null>(() => {
    const info = selection.source?.info
    if (!info) return null
    const [x, y] = info.spacingMm
    return { columns: info.size[0], rows: info.size[1], spacingMm: [x > 0 ? x : 1, y > 0 ? y : 1] }
  })
  const lockedValues = computed(() => new Set(project.labels.filter(label => label.locked).map(label => label.value)))
  const brushOrEraser = computed(() => (selection.tool === 'window' ? null : selection.tool))

  /** Why nothing can be painted now, or null. */
  const obstacle = computed(() => {
    if (!labelMap.state) return 'The target map is not open yet.'
    if (brushOrEraser.value === 'eraser' && eraseAll.value) return null
    if (!selection.label) return 'Add a label first, then draw.'
    if (!selection.label.visible) return `${selection.label.name} is hidden. Show it to draw on it.`
    if (selection.label.locked) return `${selection.label.name} is locked. Unlock it or choose another label.`
    return null
  })

  let session: { stroke: StrokeSession; volumeId: string; k: number } | null = null

  function start(point: readonly [number, number], k: number): boolean {
    if (obstacle.value !== null) {
      notices.say({ tone: 'info', text: obstacle.value })
      return false
    }
    const { shown } = slices
    const tool = brushOrEraser.value
    if (!shape.value || !shown || shown.k !== k || !tool) return false
    const stroke = new StrokeSession(shape.value, diameterMm.value / 2, {
      tool,
      label: tool === 'eraser' && eraseAll.value ? null : selection.labelValue,
      paintOver: paintOver.value,
      locked: lockedValues.value,
    })
    session = { stroke, volumeId: shown.volumeId, k }
    extend([point])
    return true
  }

  function extend(points: readonly (readonly [number, number])[]): void {
    const labels = slices.shown?.labels
    if (!session || !labels) return
    for (const point of points) session.stroke.extend(labels, point)
    slices.labelsPainted()
  }

  /** Counts at mouse up: one stroke, one journal line. A stroke that changed nothing says so instead of doing nothing silently. */
  function finish(): void {
    if (!session) return
    const { stroke, volumeId, k } = session
    const tool = brushOrEraser.value ?? 'brush'
    session = null
    if (stroke.changed === 0) {
      if (tool === 'brush' && paintOver.value === 'empty')
        notices.say({ tone: 'info', text: 'Nothing painted: all voxels under the brush carry a label already.' })
      return
    }
    const input: Stroke = {
      volumeId,
      k,
      points: stroke.points.map(([i, j]): [number, number] => [i, j]),
      radiusMm: diameterMm.value / 2,
      tool,
      label: tool === 'eraser' && eraseAll.value ? null : selection.labelValue,
      paintOver: paintOver.value,
    }
    void labelMap.stroke(input, { volumeId, k, paint: labels => stroke.repaint(labels) })
  }

  function giveUp(): void {
    if (!session) return
    const { volumeId, k } = session
    session = null
    slices.labelsStale(volumeId, k)
  }

  /** The view's drawing tool, or null while the window tool is chosen. */
  const drawing = computed<DrawingTool | null>(() =>
    brushOrEraser.value === null
      ? null
      : {
          press: start,
          drag: extend,
          release: finish,
          cancel: giveUp,
          footprint: point => (shape.value ? strokeFootprint(shape.value, [point], diameterMm.value / 2) : null),
          resize: steps => (diameterMm.value = steppedDiameterMm(diameterMm.value, steps)),
        },
  )

  return { diameterMm, paintOver, eraseAll, obstacle, drawing }
})
