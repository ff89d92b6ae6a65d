// A folder name from a project's name: readable, and allowed on every file system. Pure.

/** Signs that Windows, macOS or Linux refuse in a name; control characters too. */
const NOT_ALLOWED = /[<>:"/\\|?*\p{Cc}]/gu

/** "Liver: 2nd reader" becomes "Liver 2nd reader"; a name of signs only becomes "project". */
export function folderName(name: string): string {
  const kept = name
    .replace(NOT_ALLOWED, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[. ]+$/, '')
  return kept === '' ? 'project' : kept
}

/** `parent` and a folder in it, with the separator that `parent` uses. */
export const joined = (parent: string, child: string): string => {
  const separator = parent.includes('\\') && !parent.includes('/') ? '\\' : '/'
  return parent.endsWith(separator) ? parent + child : parent + separator + child
}
