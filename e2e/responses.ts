// How long main and the page take to answer while something heavy runs elsewhere (CASES E01).
import type { SagittaApp } from './app'

interface Watched extends Window {
  sagittaLatest?: { worstMs: number; stop: () => void }
}

const EVERY_MS = 50

/**
 * Starts asking main (over the test's own channel into the main process) and the page (a timer in it) every 50 ms.
 * @returns stop, which gives the worst answer of each in ms
 */
export async function watchResponses(
  app: SagittaApp,
): Promise<{ stop: () => Promise<{ mainMs: number; rendererMs: number }> }> {
  // Each process measures by how much its own timers are late: that is how long anything asked of it would have waited.
  await app.electron.evaluate((_, everyMs) => {
    const state = { worstMs: 0, last: performance.now() }
    const timer = setInterval(() => {
      const now = performance.now()
      state.worstMs = Math.max(state.worstMs, now - state.last - everyMs)
      state.last = now
    }, everyMs)
    Object.assign(globalThis, { sagittaLatest: { state, stop: () => clearInterval(timer) } })
  }, EVERY_MS)
  await app.page.evaluate(everyMs => {
    let last = performance.now()
    const watched = window as unknown as Watched
    const state = { worstMs: 0, stop: (): void => clearInterval(timer) }
    const timer = setInterval(() => {
      const now = performance.now()
      state.worstMs = Math.max(state.worstMs, now - last - everyMs)
      last = now
    }, everyMs)
    watched.sagittaLatest = state
  }, EVERY_MS)

  return {
    stop: async () => {
      const mainMs = await app.electron.evaluate(() => {
        const { sagittaLatest } = globalThis as unknown as {
          sagittaLatest: { state: { worstMs: number }; stop: () => void }
        }
        sagittaLatest.stop()
        return sagittaLatest.state.worstMs
      })
      const rendererMs = await app.page.evaluate(() => {
        const { sagittaLatest } = window as unknown as Watched
        sagittaLatest!.stop()
        return sagittaLatest!.worstMs
      })
      return { mainMs: Math.round(mainMs), rendererMs: Math.round(rendererMs) }
    },
  }
}
