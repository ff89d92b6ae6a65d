import { describe, expect, it } from 'vitest'
import { Connection, type Port } from '#common/ipc/rpc'
import { CRASH_WINDOW_MS, CRASHES_ALLOWED, Supervisor, type Supervised } from './supervisor'

const silent: Port = { post: () => undefined, onMessage: () => undefined, onClose: () => undefined }

class FakeProcess implements Supervised {
  readonly connection = new Connection(silent, 'The fake')
  end: (exit: { code: number; unexpected: boolean }) => void = () => undefined
  readonly exited = new Promise<{ code: number; unexpected: boolean }>(resolve => (this.end = resolve))
  async stop(): Promise<void> {
    this.end({ code: 0, unexpected: false })
    await this.exited
  }
}

function supervised(restore?: (service: FakeProcess) => Promise<void>) {
  const log: string[] = []
  const started: FakeProcess[] = []
  let nowMs = 0
  const supervisor = new Supervisor<FakeProcess>({
    start: () => {
      const process = new FakeProcess()
      started.push(process)
      log.push('start')
      return process
    },
    restore: async service => {
      log.push('restore')
      await restore?.(service)
    },
    onCrash: ({ code, restarted }) => log.push(`crash ${code} ${restarted ? 'restarted' : 'given up'}`),
    now: () => nowMs,
  })
  const crash = async (): Promise<void> => {
    started.at(-1)?.end({ code: 9, unexpected: true })
    await new Promise(resolve => setTimeout(resolve))
  }
  return { supervisor, log, started, crash, wait: (ms: number) => (nowMs += ms) }
}

describe('supervisor', () => {
  it('starts a service when it is first needed, once', () => {
    const { supervisor, started } = supervised()
    expect(started).toHaveLength(0)
    expect(supervisor.get()).toBe(supervisor.get())
    expect(started).toHaveLength(1)
  })

  it('restarts after a crash and restores before it tells', async () => {
    const { supervisor, log, started, crash } = supervised()
    supervisor.get()
    await crash()
    expect(log).toEqual(['start', 'start', 'restore', 'crash 9 restarted'])
    expect(supervisor.get()).toBe(started[1])
  })

  it('gives up when it keeps crashing, and starts again when asked', async () => {
    const { supervisor, log, crash } = supervised()
    supervisor.get()
    for (let crashes = 0; crashes <= CRASHES_ALLOWED; crashes++) await crash()
    expect(log.at(-1)).toBe('crash 9 given up')
    expect(supervisor.running).toBeNull()
    expect(supervisor.get()).toBeInstanceOf(FakeProcess)
  })

  it('forgets crashes of long ago', async () => {
    const { supervisor, log, crash, wait } = supervised()
    supervisor.get()
    for (let crashes = 0; crashes < 3 * CRASHES_ALLOWED; crashes++) {
      await crash()
      wait(CRASH_WINDOW_MS)
    }
    expect(log.filter(line => line.includes('given up'))).toEqual([])
  })

  it('takes no end for a crash once it is retired', async () => {
    const { supervisor, log, crash } = supervised()
    supervisor.get()
    supervisor.retire()
    await crash()
    expect(log).toEqual(['start'])
  })

  it('lets a service go that was told to stop', async () => {
    const { supervisor, log } = supervised()
    supervisor.get()
    await supervisor.stop()
    expect(log).toEqual(['start'])
    expect(supervisor.running).toBeNull()
    expect(() => supervisor.get()).toThrow('quitting')
  })
})
