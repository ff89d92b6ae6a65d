// How the view looks: window, inversion, smoothing, label strength; kept per volume where a volume has its own.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import { useProject } from '../../stores/project'
import { useSelection } from '../../stores/selection'
import { finiteRange, type ImageLook, type LabelLook, type ViewFacts } from '../../rendering'
import { useSlices } from './slices'
import { firstWindow, presetNamed, presetsOf, type ShownWindow } from './presets'

/** With nothing open. */
const PLAIN: ShownWindow = { center: 40, width: 400 }

export const useView = defineStore('view', () => {
  const project = useProject()
  const selection = useSelection()
  const slices = useSlices()

  const windows = shallowReactive(new Map<string, ShownWindow>())
  const invert = ref(false)
  const interpolate = ref(true)
  const labelsVisible = ref(true)
  /** Hidden only while a key is held. */
  const peek = ref(false)
  const fill = ref(0.28)
  const outlinePx = ref(1.5)
  const facts = shallowRef<ViewFacts>({ zoom: 1, scaleBar: null })

  const presets = computed(() => (selection.source ? presetsOf(selection.source.info) : []))
  /** Until a volume is read whole, its range is that of the slice on screen. */
  const shownRange = computed(() => {
    const { shown } = slices
    return shown && shown.volumeId === selection.volumeId && shown.image.samples === 1
      ? finiteRange(shown.image.values)
      : null
  })
  const window = computed<ShownWindow>({
    get: () => {
      const { source } = selection
      if (!source) return PLAIN
      const range = presets.value.length === 0 ? shownRange.value : null
      return windows.get(source.volumeId) ?? firstWindow(source.info, range)
    },
    set: ({ center, width, lut }) => {
      if (selection.volumeId !== null) windows.set(selection.volumeId, { center, width, ...(lut ? { lut } : {}) })
    },
  })
  const preset = computed(() => presetNamed(presets.value, window.value))
  const imageLook = computed<ImageLook>(() => ({
    window: window.value,
    lut: window.value.lut ?? null,
    // MONOCHROME1 shows low values bright (PS3.3 C.7.6.3.1.2): radiographs come like that.
    invert: invert.value !== (selection.source?.info.photometric === 'MONOCHROME1'),
    interpolate: interpolate.value,
  }))

  const styles = computed(() => project.labels.map(({ value, color, visible }) => ({ value, color, visible })))
  const showLabels = computed(() => labelsVisible.value && !peek.value)
  const labelLook = computed<LabelLook>(() => ({
    styles: showLabels.value ? styles.value : [],
    fill: fill.value,
    outlinePx: outlinePx.value,
    current: selection.labelValue,
    dashed: false,
  }))
  const proposalLook = computed<LabelLook>(() => ({
    styles: showLabels.value ? styles.value : [],
    fill: fill.value * 0.6,
    outlinePx: outlinePx.value,
    current: null,
    dashed: true,
  }))

  return {
    invert,
    interpolate,
    labelsVisible,
    peek,
    fill,
    outlinePx,
    facts,
    presets,
    preset,
    window,
    imageLook,
    labelLook,
    proposalLook,
  }
})
