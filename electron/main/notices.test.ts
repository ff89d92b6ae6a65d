import { expect, it } from 'vitest'
import { groundNotices } from './notices'

it('says nothing on firm ground', () => {
  expect(groundNotices({ electron: '45.4.1', sandboxed: true })).toEqual([])
})

it('says aloud that the sandbox is off and that the runtime is a fallback', () => {
  const notices = groundNotices({ electron: '25.1.1', sandboxed: false })
  expect(notices).toHaveLength(2)
  expect(notices[0]).toContain('sandbox is off')
  expect(notices[1]).toContain('Electron 25.1.1')
})
