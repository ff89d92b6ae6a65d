// For tests: a disk that can be full or read-only. A tmpfs where the system lets us mount one; elsewhere the test says that it was left out.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  setReadOnly(readOnly: boolean): void
  remove(): void
}

/** null where mounting is not allowed (not root, not Linux). */
export function smallDisk(kilobytes: number): SmallDisk | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const folder = mkdtempSync(join(tmpdir(), 'sagitta-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  return {
    folder,
    setReadOnly: readOnly => void execFileSync('mount', ['-o', `remount,${readOnly ? 'ro' : 'rw'}`, folder]),
    remove: () => {
      execFileSync('umount', [folder])
      rmSync(folder, { recursive: true })
    },
  }
}
