// When a process began, in the system's own words: tells a process from a later one that got the same number.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** null when there is no such process, or the system does not say. Equal texts for one process, different ones for two. */
export async function processStart(pid: number): Promise<string | null> {
  try {
    switch (process.platform) {
      case 'linux':
        return await linuxStart(pid)
      case 'win32':
        return (
          await run('powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`])
        ).stdout.trim()
      default:
        return (await run('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim() || null
    }
  } catch {
    return null
  }
}

/** Clock ticks since boot (proc(5), field 22 of stat, counted after the command name, which may hold spaces), and which boot. */
async function linuxStart(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
  return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
}

/** Whether a process with this number runs now. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    // EPERM: it runs, under another user.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM'
  }
}
