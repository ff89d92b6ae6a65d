import { describe, expect, it } from 'vitest'
import { Gate } from './gate'

const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('Gate', () => {
  it('runs shared work together and exclusive work alone, in the order asked for', async () => {
    const gate = new Gate()
    const log: string[] = []
    const work = (name: string) => async () => {
      log.push(`${name}+`)
      await tick()
      await tick()
      log.push(`${name}-`)
    }
    await Promise.all([
      gate.shared(work('a')),
      gate.shared(work('b')),
      gate.exclusive(work('X')),
      gate.exclusive(work('Y')),
      gate.shared(work('c')),
    ])
    expect(log).toEqual(['a+', 'b+', 'a-', 'b-', 'X+', 'X-', 'Y+', 'Y-', 'c+', 'c-'])
  })

  it('goes on after work that failed', async () => {
    const gate = new Gate()
    const failing = gate.exclusive(() => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    await expect(gate.shared(() => Promise.reject(new Error('nor this')))).rejects.toThrow('nor this')
    await expect(gate.exclusive(async () => 1)).resolves.toBe(1)
    await expect(gate.shared(() => 2)).resolves.toBe(2)
  })
})
