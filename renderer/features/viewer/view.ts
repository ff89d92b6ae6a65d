// How the view looks: window, inversion, smoothing, label strength; kept per volume where a volume has its own.
import { defineStore } from 'pinia'
import { computed, ref, shallowReactive, shallowRef } from 'vue'
import type { WindowLevel } from '#common/ipc/volume'
import { useProject } from '../../stores/project'
import { useSelection } from '../../stores/selection'
import type { ImageLook, LabelLook, ViewFacts } from '../../rendering'
import { firstWindow, presetNamed, presetsOf } from './presets'

export const useView = defineStore('view', () => {
  const project = useProject()
  const selection = useSelection()

  const windows = shallowReactive(new Map<string, Pick<WindowLevel, 'center' | 'width'>>())
  const invert = ref(false)
  const interpolate = ref(true)
  const labelsVisible = ref(true)
  /** Hidden only while a key is held. */
  const peek = ref(false)
  const fill = ref(0.28)
  const outlinePx = ref(1.5)
  const facts = shallowRef<ViewFacts>({ zoom: 1, scaleBar: null })

  const presets = computed(() => (selection.source ? presetsOf(selection.source.info) : []))
  const window = computed({
    get: () => {
      const { source } = selection
      return source ? (windows.get(source.volumeId) ?? firstWindow(source.info)) : { center: 40, width: 400 }
    },
    set: next => {
      if (selection.volumeId !== null) windows.set(selection.volumeId, { center: next.center, width: next.width })
    },
  })
  const preset = computed(() => presetNamed(presets.value, window.value))
  const imageLook = computed<ImageLook>(() => ({
    window: window.value,
    invert: invert.value,
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
