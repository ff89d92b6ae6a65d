// Which addresses are the app's own, and which the page may load.
import { join, normalize, sep } from 'node:path'

export const PAGE_SCHEME = 'app'
const HOST = 'sagitta'
export const PAGE_URL = `${PAGE_SCHEME}://${HOST}/index.html`

export const isPageUrl = (url: string): boolean => url.startsWith(`${PAGE_SCHEME}://${HOST}/`)

/** The file an address means, null when it lies outside the page's folder or is of another host. */
export function fileOf(url: string, root: string): string | null {
  const { host, pathname } = new URL(url)
  if (host !== HOST) return null
  const path = normalize(join(root, decodeURIComponent(pathname)))
  return path.startsWith(root + sep) ? path : null
}

/**
 * What the page may load: itself, what it made in memory, the developer tools, and in development their server.
 * @param devServer origin of the development server, null outside development
 */
export function isLocal(url: string, devServer: string | null): boolean {
  if (isPageUrl(url) || /^(devtools|data|blob):/.test(url)) return true
  return (
    devServer !== null && [devServer, devServer.replace(/^http/, 'ws')].some(origin => url.startsWith(`${origin}/`))
  )
}
