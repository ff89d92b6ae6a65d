import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, event, invoke, keptEvent } from '#common/ipc/contract'
import { emitters } from '#common/ipc/rpc'
import { PageEvents } from './pageEvents'

const demo = contract('demo', 'main', {
  ask: invoke(z.object({}), z.object({})),
  command: keptEvent(z.object({ id: z.string() })),
  changed: event(z.object({ state: z.number() })),
})

function start() {
  const events = new PageEvents([demo])
  const heard: unknown[] = []
  const page = (channel: string, value: unknown): void => void heard.push([channel, value])
  return { events, heard, page, tell: emitters(demo, events.emit) }
}

describe('events for the page', () => {
  it('keeps commands given before a page listens, and tells them in order once it does', () => {
    const { events, heard, page, tell } = start()
    tell.command({ id: 'first' })
    events.attach(page)
    tell.command({ id: 'second' })
    expect(heard).toEqual([])
    events.ready()
    tell.command({ id: 'third' })
    expect(heard).toEqual(['first', 'second', 'third'].map(id => ['demo.command', { id }]))
  })

  it('tells each command once, also when the page is loaded anew', () => {
    const { events, heard, page, tell } = start()
    events.attach(page)
    events.ready()
    tell.command({ id: 'before' })
    events.detach()
    tell.command({ id: 'between' })
    events.attach(page)
    expect(heard).toHaveLength(1)
    events.ready()
    events.ready()
    expect(heard).toEqual(['before', 'between'].map(id => ['demo.command', { id }]))
  })

  it('tells news of a state at once, and to nobody while no page is there', () => {
    const { events, heard, page, tell } = start()
    tell.changed({ state: 1 })
    events.attach(page)
    tell.changed({ state: 2 })
    events.ready()
    expect(heard).toEqual([['demo.changed', { state: 2 }]])
  })

  it('stays quiet when a page that left says it is ready', () => {
    const { events, heard, tell } = start()
    tell.command({ id: 'kept' })
    events.ready()
    expect(heard).toEqual([])
  })
})
