// Where the map lies in its pane: fitting, zooming and panning, and the way between CSS pixels and map coordinates.
import { shallowRef, watch, type ShallowRef } from 'vue'
import {
  boundsOf,
  cssToMap,
  fitMap,
  joined,
  mapToCss,
  panMap,
  zoomMap,
  type MapSize,
  type MapTransform,
} from '../../rendering'
import { useCodeMap } from './map'

/** A point in the pane, CSS px. */
export type Place = readonly [x: number, y: number]

export interface MapCamera {
  readonly size: ShallowRef<MapSize>
  readonly transform: ShallowRef<MapTransform>
  readonly fit: () => void
  /** Keeps what is under `anchor`, the middle without one. */
  readonly zoom: (factor: number, anchor?: Place) => void
  readonly pan: (by: Place) => void
  /** Fits again, unless a person has moved the map. */
  readonly resize: (to: MapSize) => void
  readonly toCss: (point: readonly [number, number]) => { x: number; y: number }
  readonly toMap: (place: Place) => [number, number]
}

/** Call in a component's setup: fits whenever another map is made. */
export function useMapCamera(): MapCamera {
  const map = useCodeMap()
  const size = shallowRef<MapSize>({ width: 1, height: 1 })
  const fitted = shallowRef<MapTransform>({ scale: 1, centre: [0, 0] })
  const transform = shallowRef<MapTransform>(fitted.value)

  const fit = (): void => {
    const made = map.current
    const points = made && boundsOf(made.points)
    if (!points) return
    const lines = [
      ...map.priorLines.map(({ line }) => line.flat()),
      ...map.density.map(({ segments }) => segments.flat(2)),
    ]
    const everything = lines
      .flatMap(line => boundsOf(Float32Array.from(line)) ?? [])
      .reduce((all, one) => joined(all, one), points)
    fitted.value = transform.value = fitMap(everything, size.value)
  }
  watch(() => map.current, fit)

  return {
    ...{ size, transform, fit },
    zoom: (factor, anchor = [size.value.width / 2, size.value.height / 2]) => {
      transform.value = zoomMap(transform.value, size.value, fitted.value, factor, anchor)
    },
    pan: by => (transform.value = panMap(transform.value, by)),
    resize: to => {
      const untouched = transform.value === fitted.value
      size.value = to
      if (untouched) fit()
    },
    toCss: point => {
      const [x, y] = mapToCss(transform.value, size.value, point)
      return { x, y }
    },
    toMap: place => cssToMap(transform.value, size.value, place),
  }
}
