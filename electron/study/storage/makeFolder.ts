// Making a folder and those above it. Node's own recursive mkdir never returns where a folder exists but takes no entries (/proc, some mounts).
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** @throws the error of the folder that can't be made, as Node gives it */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    const above = dirname(path)
    if (code !== 'ENOENT' || above === path) throw thrown
    await makeFolder(above)
    await mkdir(path)
  }
}
