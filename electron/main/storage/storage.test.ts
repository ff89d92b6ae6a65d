import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRecentProjects } from './recentProjects'
import { openSettings, usualSettings } from './settings'
import { fitToDisplays } from './windowState'

let folder: string
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'sagitta-storage-'))))
afterEach(() => rm(folder, { recursive: true }))

describe('settings', () => {
  it('come back after a restart', async () => {
    const settings = await openSettings(folder)
    await settings.save({ ...settings.current, theme: 'light', keymap: { 'tool.brush': 'd' } })
    const again = await openSettings(folder)
    expect(again.current.theme).toBe('light')
    expect(again.current.keymap).toEqual({ 'tool.brush': 'd' })
    expect(again.notice).toBeNull()
  })

  it('say when their file cannot be read instead of forgetting it', async () => {
    await writeFile(join(folder, 'settings.json'), '{}')
    const settings = await openSettings(folder)
    expect(settings.current).toEqual(usualSettings())
    expect(settings.notice).toContain('settings.json')
  })
})

describe('recent projects', () => {
  const at = new Date('2025-01-02T03:04:05Z')

  it('are listed newest first, once each, and tell whether they are still there', async () => {
    const here = join(folder, 'here')
    await mkdir(here)
    await writeFile(join(here, 'project.json'), '{}')
    const recent = await openRecentProjects(folder)
    await recent.remember(here, 'Livers', at)
    await recent.remember('/gone', 'Lungs', at)
    await recent.remember(here, 'Livers 2', at)
    const again = await openRecentProjects(folder)
    expect(again.list()).toEqual([
      { folder: here, name: 'Livers 2', openedAt: at.toISOString(), exists: true },
      { folder: '/gone', name: 'Lungs', openedAt: at.toISOString(), exists: false },
    ])
    await again.forget('/gone')
    expect(again.list().map(project => project.folder)).toEqual([here])
  })
})

describe('window state', () => {
  const screen = { x: 0, y: 0, width: 1600, height: 1000 }

  it('keeps a window where it was when a display still shows it', () => {
    const bounds = { x: 100, y: 50, width: 1200, height: 800 }
    expect(fitToDisplays(bounds, [screen])).toEqual(bounds)
  })

  it('drops the place, not the size, when that display is gone', () => {
    expect(fitToDisplays({ x: 2400, y: 0, width: 1200, height: 800 }, [screen])).toEqual({ width: 1200, height: 800 })
  })

  it('never makes a window larger than its display', () => {
    expect(fitToDisplays({ x: 0, y: 0, width: 3000, height: 2000 }, [screen])).toEqual(screen)
  })
})
