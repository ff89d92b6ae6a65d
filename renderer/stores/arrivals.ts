// What a job hands over while it still works, taken in batches by somebody who needs time for each.
import type { JobHandle } from '#common/ipc/contract'

/**
 * Listens from the call on. Each batch holds what arrived since the last one was taken, in order; the batches end with the job, however it
 * ends: its error is told by `handle.done`.
 * @param pick what a progress message hands over, null for none
 */
export function arrivals<P, T>(handle: JobHandle<P, unknown>, pick: (value: P) => T | null): AsyncIterable<T[]> {
  const arrived: T[] = []
  let ended = false
  let wake = (): void => undefined
  handle.onProgress(value => {
    const item = pick(value)
    if (item === null) return
    arrived.push(item)
    wake()
  })
  const end = (): void => {
    ended = true
    wake()
  }
  handle.done.then(end, end)

  return (async function* () {
    for (;;) {
      if (arrived.length > 0) yield arrived.splice(0)
      else if (ended) return
      else await new Promise<void>(resolve => (wake = resolve))
    }
  })()
}
