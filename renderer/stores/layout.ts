// How the window is divided: widths and folds of the rails. Kept in the window's own storage; a lost value costs nothing.
import { defineStore } from 'pinia'
import { computed, onScopeDispose, ref, watch } from 'vue'

export const LEFT_MIN = 200
export const LEFT_MAX = 400
/** Below this width the right rail folds first. */
export const NARROW_PX = 1280
const KEY = 'sagitta.layout'

export const clampLeft = (width: number): number => Math.min(LEFT_MAX, Math.max(LEFT_MIN, Math.round(width)))

function remembered(): { left?: unknown; leftFolded?: unknown } {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as { left?: unknown; leftFolded?: unknown }
  } catch {
    return {}
  }
}

export const useLayout = defineStore('layout', () => {
  const stored = remembered()
  const left = ref<number | null>(typeof stored.left === 'number' ? clampLeft(stored.left) : null)
  /** What a person chose in a window that has room for both. */
  const leftChoice = ref(stored.leftFolded === true)
  const narrow = ref(false)
  /** What a person chose; null: folded when the window is narrow. */
  const rightChoice = ref<boolean | null>(null)
  const rightFolded = computed(() => rightChoice.value ?? narrow.value)
  /** A narrow window has room for one rail beside the images: the one that was opened last. */
  const leftFolded = computed(() => leftChoice.value || (narrow.value && !rightFolded.value))

  // Not `innerWidth` and `resize`: while the window is being made its width can be 0, and no `resize` tells of the first real one.
  const observer = new ResizeObserver(([page]) => {
    if (page === undefined || page.contentRect.width === 0) return
    const now = page.contentRect.width < NARROW_PX
    if (now !== narrow.value) rightChoice.value = null
    narrow.value = now
  })
  observer.observe(document.documentElement)
  onScopeDispose(() => observer.disconnect())

  watch([left, leftChoice], () => {
    localStorage.setItem(KEY, JSON.stringify({ left: left.value, leftFolded: leftChoice.value }))
  })

  const resizeLeft = (width: number): void => {
    left.value = clampLeft(width)
  }
  const toggleLeft = (): void => {
    leftChoice.value = !leftFolded.value
    if (narrow.value && !leftChoice.value) rightChoice.value = null
  }
  const toggleRight = (): void => {
    rightChoice.value = !rightFolded.value
  }

  return { left, leftFolded, narrow, rightFolded, resizeLeft, toggleLeft, toggleRight }
})
