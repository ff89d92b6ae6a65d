// The system's file dialogs.
import { dialog, type BrowserWindow, type FileFilter, type OpenDialogOptions } from 'electron'

interface Chosen {
  path: string | null
}

const filters = (extensions: readonly string[]): FileFilter[] =>
  extensions.length === 0
    ? []
    : [{ name: extensions.map(extension => `.${extension}`).join(', '), extensions: [...extensions] }]

export async function chooseFolder(window: BrowserWindow, title: string, createAllowed: boolean): Promise<Chosen> {
  return choose(window, { title, properties: createAllowed ? ['openDirectory', 'createDirectory'] : ['openDirectory'] })
}

export async function chooseFile(window: BrowserWindow, title: string, extensions: readonly string[]): Promise<Chosen> {
  return choose(window, { title, properties: ['openFile'], filters: filters(extensions) })
}

export async function chooseSave(
  window: BrowserWindow,
  title: string,
  suggestedName: string,
  extensions: readonly string[],
): Promise<Chosen> {
  const answer = await dialog.showSaveDialog(window, {
    title,
    defaultPath: suggestedName,
    filters: filters(extensions),
  })
  return { path: answer.canceled || answer.filePath === undefined || answer.filePath === '' ? null : answer.filePath }
}

async function choose(window: BrowserWindow, options: OpenDialogOptions): Promise<Chosen> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options)
  return { path: canceled ? null : (filePaths[0] ?? null) }
}
