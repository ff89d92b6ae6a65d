// What pointer and wheel do on the map: hover, open, move, zoom, and choose with a lasso or a rectangle.
import { computed, shallowRef, type Ref } from 'vue'
import { useColours } from './colours'
import { offPlane } from './contours'
import { useLook } from './look'
import { useCodeMap } from './map'
import type { MapCamera, Place } from './mapCamera'
import { usePicks } from './picks'

/** How near the pointer must be to a point, CSS px. */
const REACH_PX = 9
/** A press that moves less is a click. */
const CLICK_PX = 4
/** A lasso's next corner is at least so far from the last. */
const CORNER_PX = 3

type Mode = 'idle' | 'pan' | 'click' | 'draw'

/** @param host the element the events are of */
export function useMapPointer(host: Ref<HTMLElement | null>, camera: MapCamera) {
  const colours = useColours()
  const look = useLook()
  const map = useCodeMap()
  const picks = usePicks()

  let mode: Mode = 'idle'
  let pressed: Place = [0, 0]
  let last: Place = [0, 0]
  /** Where the hover card stands; null while the pointer is elsewhere. */
  const pointer = shallowRef<Place | null>(null)
  const drawn = shallowRef<readonly Place[]>([])

  const at = (event: MouseEvent): Place => {
    const box = host.value?.getBoundingClientRect()
    return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)]
  }
  const away = (from: Place, to: Place): number => Math.hypot(to[0] - from[0], to[1] - from[1])

  const hover = (place: Place): void => {
    const made = map.current
    if (!made) return
    pointer.value = place
    const here = camera.toMap(place)
    picks.hovered = made.index.nearest(here, REACH_PX / camera.transform.value.scale, colours.shows)
    look.between = picks.hovered === null && made.plane && map.tool === 'pick' ? offPlane(made.plane, here) : null
  }
  const leave = (): void => {
    pointer.value = picks.hovered = look.between = null
  }
  const polygon = (): readonly Place[] => {
    if (map.tool === 'lasso') return drawn.value
    const [[x1, y1], [x2, y2]] = [pressed, last]
    return [
      [x1, y1],
      [x2, y1],
      [x2, y2],
      [x1, y2],
    ]
  }
  const draw = (here: Place): void => {
    if (map.tool === 'rectangle') drawn.value = polygon()
    else if (away(drawn.value.at(-1) ?? here, here) >= CORNER_PX) drawn.value = [...drawn.value, here]
  }
  /** @returns whether something was being done. */
  const cancel = (): boolean => {
    const busy = mode !== 'idle'
    mode = 'idle'
    drawn.value = []
    return busy
  }

  const onDown = (event: PointerEvent): void => {
    if (mode !== 'idle') return
    pressed = last = at(event)
    mode = event.button === 0 ? (map.tool === 'pick' ? 'click' : 'draw') : 'pan'
    if (mode === 'draw') {
      drawn.value = [pressed]
      leave()
    }
    host.value?.setPointerCapture(event.pointerId)
    host.value?.focus({ preventScroll: true })
    event.preventDefault()
  }
  const onMove = (event: PointerEvent): void => {
    const here = at(event)
    const by: Place = [here[0] - last[0], here[1] - last[1]]
    if (mode === 'click' && away(pressed, here) > CLICK_PX) mode = 'pan'
    last = here
    if (mode === 'pan') camera.pan(by)
    else if (mode === 'draw') draw(here)
    else hover(here)
  }
  const onUp = (): void => {
    if (mode === 'click' && picks.hovered !== null) picks.open(picks.hovered)
    if (mode === 'draw' && map.current && map.tool !== 'pick')
      picks.choose(map.tool, map.current.index.inside(polygon().map(camera.toMap), colours.shows))
    cancel()
  }
  const onLeave = (): void => {
    if (mode === 'idle') leave()
  }
  const onWheel = (event: WheelEvent): void =>
    camera.zoom(Math.exp(-(event.deltaY || event.deltaX) * 0.0015), at(event))

  return {
    ...{ pointer, cancel, leave, onDown, onMove, onUp, onLeave, onWheel },
    /** What is being drawn, as a path in CSS px; empty while nothing is. */
    outline: computed(() => (drawn.value.length > 1 ? `M${drawn.value.map(place => place.join(' ')).join('L')}Z` : '')),
  }
}
