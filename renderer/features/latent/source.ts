// From the opened point to its slice in the view, and from a region drawn in the view back to points.
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { useProject, useSelection } from '../../stores'
import type { DrawingTool } from '../viewer'
import { useCodes } from './codes'
import { usePicks } from './picks'
import { imagesInRegion, placeOfImage, type Placed, type SliceBox, type SliceRegion } from './regionLink'

type Corner = readonly [i: number, j: number]

/** Two corners in image coordinates (integers are voxel centres) as whole voxels within the slice. */
export function boxBetween(a: Corner, b: Corner, columns: number, rows: number): SliceBox {
  const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value))
  return {
    left: clamp(Math.round(Math.min(a[0], b[0])), columns - 1),
    top: clamp(Math.round(Math.min(a[1], b[1])), rows - 1),
    right: clamp(Math.round(Math.max(a[0], b[0])) + 1, columns),
    bottom: clamp(Math.round(Math.max(a[1], b[1])) + 1, rows),
  }
}

export const useSourceSlice = defineStore('sourceSlice', () => {
  const codes = useCodes()
  const picks = usePicks()
  const project = useProject()
  const selection = useSelection()

  const place = computed(() =>
    codes.current && picks.current !== null ? placeOfImage(codes.current, picks.current) : null,
  )
  /** Why the opened point has no slice to show; null when it has, or when none is opened. */
  const noPlace = computed(() => {
    if (picks.current === null) return null
    if (!place.value) return 'This image is no part of a volume: there is no slice behind it.'
    return project.sourceById.has(place.value.volumeId) ? null : 'Its series is not in the open project.'
  })
  /** The opened image's own voxels, while the view is on their slice. */
  const shown = computed(() => {
    const at = place.value
    return at && at.volumeId === selection.volumeId && at.k === selection.k ? at.box : null
  })
  /** The same; null where they are all of the slice. */
  const patch = computed(() => {
    const [box, size] = [shown.value, selection.source?.info.size]
    if (!box || !size) return null
    return box.left <= 0 && box.top <= 0 && box.right >= size[0] && box.bottom >= size[1] ? null : box
  })

  watch(
    () => picks.opened,
    () => {
      const at = place.value
      if (!at || !project.sourceById.has(at.volumeId)) return
      selection.volumeId = at.volumeId
      selection.k = at.k
    },
  )

  const volumeOf = (volumeId: string): Placed | null => {
    const info = project.sourceById.get(volumeId)?.info
    return info ? { ...info, size: info.size } : null
  }
  const drawing = ref(false)
  const region = shallowRef<SliceRegion | null>(null)
  const shownRegion = computed(() =>
    region.value?.volumeId === selection.volumeId && region.value?.k === selection.k ? region.value.box : null,
  )
  const light = (drawn: SliceRegion): void => {
    if (codes.current) picks.choose('region', imagesInRegion(codes.current, drawn, volumeOf))
  }
  /** What the whole shown slice lights. */
  const lightSlice = (): void => {
    if (selection.volumeId === null) return
    region.value = { volumeId: selection.volumeId, k: selection.k, box: null }
    light(region.value)
  }

  let from: Corner | null = null
  const boxTo = (to: Corner): SliceBox | null => {
    const size = selection.source?.info.size
    return from && size ? boxBetween(from, to, size[0], size[1]) : null
  }
  /** The left button draws a region; its points light up while it is drawn. */
  const tool: DrawingTool = {
    press: (point, k) => {
      if (!codes.current || selection.volumeId === null) return false
      from = point
      region.value = { volumeId: selection.volumeId, k, box: boxTo(point) }
      return true
    },
    drag: points => {
      const last = points.at(-1)
      const drawn = region.value
      if (!last || !drawn) return
      region.value = { ...drawn, box: boxTo(last) }
      light(region.value)
    },
    release: () => {
      if (region.value) light(region.value)
      from = null
    },
    cancel: () => {
      from = region.value = null
      picks.choose('region', new Int32Array(0))
    },
    footprint: () => null,
    resize: () => undefined,
  }

  watch(
    () => picks.chosen,
    now => {
      if (now?.by !== 'region' && from === null) region.value = null
    },
  )

  return { place, noPlace, shown, patch, drawing, region: shownRegion, tool, lightSlice }
})
