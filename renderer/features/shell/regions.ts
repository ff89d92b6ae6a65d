// F6 goes round the window's regions: elements with `data-region`, in document order. Pure but for the DOM it is given.

const FOCUSABLE =
  'button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex="-1"])'

const isShown = (element: HTMLElement): boolean => element.closest('[hidden], [inert]') === null

/** The regions that are there now. */
export const regionsOf = (root: ParentNode): HTMLElement[] =>
  [...root.querySelectorAll<HTMLElement>('[data-region]')].filter(isShown)

/** What takes the focus in a region: its current item, else its first control, else the region itself. */
export function landingOf(region: HTMLElement): HTMLElement {
  const current = region.querySelector<HTMLElement>(
    '[aria-selected="true"], [aria-current="true"], [aria-checked="true"][role="radio"]',
  )
  if (current?.matches(FOCUSABLE)) return current
  return region.querySelector<HTMLElement>(FOCUSABLE) ?? region
}

/** Moves the focus to the next region (or the one before). */
export function cycleRegion(root: Document, backwards: boolean): void {
  const regions = regionsOf(root)
  if (regions.length === 0) return
  const at = regions.findIndex(region => region.contains(root.activeElement))
  const step = backwards ? -1 : 1
  const next = regions[at === -1 ? (backwards ? regions.length - 1 : 0) : (at + step + regions.length) % regions.length]
  const landing = next ? landingOf(next) : null
  if (landing && !landing.matches(FOCUSABLE)) landing.tabIndex = -1
  landing?.focus()
}
