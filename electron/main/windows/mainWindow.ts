// The one window: made before anything else is ready, shown with its first paint.
import { BrowserWindow, screen } from 'electron'
import { asSagittaError } from '#common/errors'
import { fitToDisplays, saveWindowState, type WindowState } from '../storage/windowState'

export interface WindowOptions {
  preload: string
  url: string
  state: WindowState
  userData: string
}

const GROUND = '#0a0a0a'
const SMALLEST = { minWidth: 900, minHeight: 600 }

export function createMainWindow({ preload, url, state, userData }: WindowOptions): BrowserWindow {
  const areas = screen.getAllDisplays().map(display => display.workArea)
  const window = new BrowserWindow({
    ...fitToDisplays(state.bounds, areas),
    ...SMALLEST,
    show: false,
    title: 'Sagitta',
    // Every command is in the page too; the system's menu opens with Alt.
    autoHideMenuBar: true,
    backgroundColor: GROUND,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      enableWebSQL: false,
      backgroundThrottling: false,
    },
  })
  if (state.maximized) window.maximize()
  window.once('ready-to-show', () => {
    window.show()
    console.log(`The window is shown after ${Math.round(performance.now())} ms.`)
  })
  window.on('close', () => {
    try {
      saveWindowState(userData, window.getNormalBounds(), window.isMaximized())
    } catch (thrown) {
      console.error(`The place of the window could not be saved: ${asSagittaError(thrown).message}`)
    }
  })
  void window.loadURL(url)
  return window
}
