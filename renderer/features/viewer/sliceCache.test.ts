import { describe, expect, it } from 'vitest'
import { SliceCache } from './sliceCache'

const settle = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))

function cache(budget = 1000) {
  const asked: number[] = []
  const made = new SliceCache<number>(
    async (_, k) => {
      asked.push(k)
      if (k === 99) throw new Error('cut off')
      return k * 10
    },
    () => 100,
    budget,
  )
  return { made, asked }
}

describe('SliceCache', () => {
  it('asks once for a slice however often it is wanted', async () => {
    const { made, asked } = cache()
    expect(await Promise.all([made.get('v', 3), made.get('v', 3)])).toEqual([30, 30])
    expect(asked).toEqual([3])
    expect(made.peek('v', 3)).toBe(30)
    expect(made.peek('v', 4)).toBeUndefined()
  })

  it('fetches the direction of travel first, within the volume', async () => {
    const { made, asked } = cache(10_000)
    made.ahead('v', 1, 5, 1, 6)
    await settle()
    expect(asked).toEqual([2, 0, 3, 4])
  })

  it('stays under its budget and drops what was used longest ago', async () => {
    const { made, asked } = cache(300)
    for (const k of [1, 2, 3]) await made.get('v', k)
    await made.get('v', 1)
    await made.get('v', 4)
    expect(made.peek('v', 2)).toBeUndefined()
    expect(made.peek('v', 1)).toBe(10)
    await made.get('v', 2)
    expect(asked).toEqual([1, 2, 3, 4, 2])
  })

  it('hands a failure on and asks again next time', async () => {
    const { made, asked } = cache()
    await expect(made.get('v', 99)).rejects.toThrow('cut off')
    await expect(made.get('v', 99)).rejects.toThrow('cut off')
    expect(asked).toEqual([99, 99])
  })

  it('does not take an answer to an older question for the new one', async () => {
    const answers: ((value: number) => void)[] = []
    const slow = new SliceCache<number>(
      () => new Promise(resolve => answers.push(resolve)),
      () => 1,
      100,
    )
    const first = slow.get('v', 1)
    slow.forget('v', 1)
    const second = slow.get('v', 1)
    answers[1]!(2)
    await second
    answers[0]!(1)
    await first
    expect(slow.peek('v', 1)).toBe(2)
  })

  it('forgets a volume', async () => {
    const { made } = cache()
    await made.get('v', 1)
    await made.get('w', 1)
    made.forget('v')
    expect(made.peek('v', 1)).toBeUndefined()
    expect(made.peek('w', 1)).toBe(10)
  })
})
