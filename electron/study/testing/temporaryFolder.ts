// A folder per test file that is gone afterwards.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

/** Call at the top of a test file. */
export function temporaryFolder(): {
  readonly path: string
  write(name: string, content: string | Uint8Array): string
  folder(name: string): string
} {
  const path = mkdtempSync(join(tmpdir(), 'sagitta-'))
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  const at = (name: string): string => {
    const full = join(path, name)
    mkdirSync(dirname(full), { recursive: true })
    return full
  }
  return {
    path,
    write(name, content) {
      const full = at(name)
      writeFileSync(full, content)
      return full
    },
    folder(name) {
      const full = join(path, name)
      mkdirSync(full, { recursive: true })
      return full
    },
  }
}
