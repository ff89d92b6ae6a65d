import { describe, expect, it } from 'vitest'
import type { JobHandle } from '#common/ipc/contract'
import { arrivals } from './arrivals'

function job() {
  let [tell, end, fail] = [(_: number) => {}, () => {}, (_: Error) => {}]
  const done = new Promise<void>((resolve, reject) => ([end, fail] = [resolve, reject]))
  const handle: JobHandle<number, void> = { done, cancel: () => undefined, onProgress: listener => (tell = listener) }
  return { handle, tell: (value: number) => tell(value), end: () => end(), fail: (error: Error) => fail(error) }
}
const even = (value: number): number | null => (value % 2 === 0 ? value : null)

describe('arrivals', () => {
  it('hands over what came while the last batch was worked on, and ends with the job', async () => {
    const { handle, tell, end } = job()
    const batches: number[][] = []
    const items = arrivals(handle, even)
    tell(2)
    const taking = (async () => {
      for await (const batch of items) {
        batches.push(batch)
        await new Promise(resolve => setTimeout(resolve, 5))
      }
    })()
    await Promise.resolve()
    for (const value of [3, 4, 6, 7]) tell(value)
    end()
    await taking
    expect(batches).toEqual([[2], [4, 6]])
  })

  it('waits for a late one', async () => {
    const { handle, tell, end } = job()
    const next = arrivals(handle, even)[Symbol.asyncIterator]()
    const first = next.next()
    await new Promise(resolve => setTimeout(resolve, 5))
    tell(8)
    expect(await first).toEqual({ value: [8], done: false })
    end()
    expect((await next.next()).done).toBe(true)
  })

  it('ends without an error of its own when the job fails', async () => {
    const { handle, tell, fail } = job()
    const items = arrivals(handle, even)
    tell(2)
    fail(new Error('stopped'))
    const batches: number[][] = []
    for await (const batch of items) batches.push(batch)
    expect(batches).toEqual([[2]])
    await expect(handle.done).rejects.toThrow('stopped')
  })
})
