// Nothing leaves the machine, and the page stays the page: no network, no navigation, no new windows, no permissions.
import { app, type Session, type WebContents } from 'electron'
import { isLocal } from './addresses'

export interface Network {
  /** Requests the window tried to send since start. */
  readonly blocked: number
}

/** Before the app is ready: Chromium's own services stay silent, and no name is ever looked up. */
export function silenceChromium(): void {
  for (const name of [
    'disable-background-networking',
    'disable-component-update',
    'disable-domain-reliability',
    'no-pings',
  ])
    app.commandLine.appendSwitch(name)
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost')
}

/** @param devServer origin of the development server, null outside development */
export function blockNetwork(session: Session, devServer: string | null): Network {
  const network = { blocked: 0 }
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    const cancel = !isLocal(url, devServer)
    if (cancel) network.blocked++
    answer({ cancel })
  })
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', event => event.preventDefault())
  return network
}

/** Every window and frame that is ever made. */
export function confine(contents: WebContents): void {
  contents.on('will-navigate', event => event.preventDefault())
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
}
