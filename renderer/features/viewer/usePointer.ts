// Mouse and pen in a view: left = current tool, middle = pan, right or Ctrl+wheel = zoom, wheel = slice, Shift+wheel = brush size (DESIGN §7).
import { onBeforeUnmount, type Ref } from 'vue'
import type { SliceView } from '../../rendering'

export interface PointerActions {
  /** The current tool took hold at a point (image coordinates). @returns whether it wants the drag. */
  press(point: readonly [number, number], event: PointerEvent): boolean
  /** Points since the last call, image coordinates; and how far the pointer is from where it was pressed, CSS px. */
  drag(points: readonly (readonly [number, number])[], fromPressPx: readonly [number, number]): void
  release(): void
  /** Esc, or the window lost the pointer. */
  cancel(): void
  hover(point: readonly [number, number] | null): void
  scroll(slices: number): void
  resizeBrush(steps: number): void
}

type Mode = 'idle' | 'tool' | 'pan' | 'zoom'

/** A notch of a wheel is 100 px in Chrome; touch pads send many small ones, which add up. */
const NOTCH_PX = 60

export function usePointer(host: Ref<HTMLElement | null>, view: () => SliceView | null, actions: PointerActions) {
  let mode: Mode = 'idle'
  let pressedAt: [number, number] = [0, 0]
  let last: [number, number] = [0, 0]
  let wheel = 0

  const at = (event: MouseEvent): [number, number] => {
    const box = host.value!.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  const imagePoint = (event: MouseEvent): [number, number] | null => view()?.toImage(at(event)) ?? null

  function onPointerDown(event: PointerEvent): void {
    if (mode !== 'idle') return
    const point = imagePoint(event)
    if (!point) return
    pressedAt = last = at(event)
    if (event.button === 1) mode = 'pan'
    else if (event.button === 2) mode = 'zoom'
    else if (event.button === 0 && actions.press(point, event)) mode = 'tool'
    if (mode !== 'idle') host.value!.setPointerCapture(event.pointerId)
    event.preventDefault()
    host.value!.focus({ preventScroll: true })
  }

  function onPointerMove(event: PointerEvent): void {
    const here = at(event)
    const [dx, dy] = [here[0] - last[0], here[1] - last[1]]
    last = here
    switch (mode) {
      case 'pan':
        view()?.panBy([dx, dy])
        break
      case 'zoom':
        view()?.zoomAt(Math.exp(-dy * 0.01), pressedAt)
        break
      case 'tool': {
        const moves = event.getCoalescedEvents().map(imagePoint)
        const points = (moves.length > 0 ? moves : [imagePoint(event)]).filter(point => point !== null)
        actions.drag(points, [here[0] - pressedAt[0], here[1] - pressedAt[1]])
        break
      }
      case 'idle':
        break
    }
    actions.hover(imagePoint(event))
  }

  function end(action: 'release' | 'cancel'): void {
    if (mode === 'tool') actions[action]()
    mode = 'idle'
  }
  const onPointerUp = (): void => end('release')
  const onPointerCancel = (): void => end('cancel')
  const onPointerLeave = (): void => {
    if (mode === 'idle') actions.hover(null)
  }

  function onWheel(event: WheelEvent): void {
    event.preventDefault()
    const delta = event.deltaY || event.deltaX // Shift turns a wheel's y into x
    if (event.ctrlKey) return view()?.zoomAt(Math.exp(-delta * 0.002), at(event))
    wheel += delta
    const notches = Math.trunc(wheel / NOTCH_PX)
    if (notches === 0) return
    wheel = Math.abs(delta) >= NOTCH_PX ? 0 : wheel - notches * NOTCH_PX
    const steps = Math.abs(delta) >= NOTCH_PX ? Math.sign(delta) : notches
    if (event.shiftKey) actions.resizeBrush(-steps)
    else actions.scroll(steps)
  }

  const onContextMenu = (event: Event): void => event.preventDefault()

  onBeforeUnmount(() => end('cancel'))

  return {
    onPointerDown,
    onPointerMove,
    onPointerUp,
    onPointerCancel,
    onPointerLeave,
    onWheel,
    onContextMenu,
    escape: () => end('cancel'),
  }
}
