// A page that can't be loaded or that crashes is said and loaded again; the labels are safe in the study service.
import { dialog, type BrowserWindow } from 'electron'

/** More crashes than this: loading it again would only crash again. */
const CRASHES_ALLOWED = 3
/** Chromium's ERR_ABORTED: the window was closed, or loaded anew, before it was through. */
const ABORTED = -3

export function watchPage(window: BrowserWindow): void {
  let crashes = 0
  const contents = window.webContents
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    console.error(`The window's process ended (${reason}).`)
    if (++crashes <= CRASHES_ALLOWED) contents.reload()
    else
      say(
        window,
        `The window's process ended ${crashes} times (${reason}). What was drawn is saved. Quit Sagitta and start it again.`,
      )
  })
  contents.on('did-fail-load', (_event, code, description, url, isMainFrame) => {
    if (isMainFrame && code !== ABORTED)
      say(window, `${url} could not be loaded: ${description} (${code}). Install or build Sagitta again.`)
  })
}

function say(window: BrowserWindow, message: string): void {
  console.error(message)
  void dialog.showMessageBox(window, { type: 'error', title: 'Sagitta', message })
}
