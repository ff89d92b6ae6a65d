import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useLayout } from './layout'

let widen: (px: number) => void

beforeEach(() => {
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => {} })
  vi.stubGlobal('document', { documentElement: {} })
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(tell: (entries: { contentRect: { width: number } }[]) => void) {
        widen = width => tell([{ contentRect: { width } }])
      }
      observe(): void {}
      disconnect(): void {}
    },
  )
  setActivePinia(createPinia())
  return () => vi.unstubAllGlobals()
})

describe('the right rail', () => {
  it('stays while the window has no width yet, as when it is being made', () => {
    const layout = useLayout()
    expect(layout.rightFolded).toBe(false)
    widen(0)
    expect(layout.rightFolded).toBe(false)
    widen(1440)
    expect(layout.rightFolded).toBe(false)
  })

  it('folds in a narrow window, and a choice holds until the window becomes wide or narrow', () => {
    const layout = useLayout()
    widen(1000)
    expect(layout.rightFolded).toBe(true)
    layout.toggleRight()
    widen(1100)
    expect(layout.rightFolded).toBe(false)
    widen(1440)
    widen(1000)
    expect(layout.rightFolded).toBe(true)
  })

  it('takes the place of the left one in a narrow window, and gives it back', () => {
    const layout = useLayout()
    widen(1100)
    layout.toggleRight()
    expect([layout.leftFolded, layout.rightFolded]).toEqual([true, false])
    layout.toggleLeft()
    expect([layout.leftFolded, layout.rightFolded]).toEqual([false, true])
    layout.toggleRight()
    widen(1440)
    expect([layout.leftFolded, layout.rightFolded]).toEqual([false, false])
  })
})
