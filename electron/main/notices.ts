// What is said once at the start about the ground the app runs on.
export interface Ground {
  /** process.versions.electron */
  electron: string
  sandboxed: boolean
}

/** Kept for development and tests where the current Electron can't be had (docs/adr/0004). */
const FALLBACK_MAJOR = 25

export function groundNotices({ electron, sandboxed }: Ground): string[] {
  const notices: string[] = []
  if (!sandboxed)
    notices.push("Chromium's sandbox is off because Sagitta runs as root. Use another account for patients' data.")
  if (Number(electron.split('.')[0]) <= FALLBACK_MAJOR)
    notices.push(`This is Electron ${electron}, a fallback for development and tests. It gets no security fixes.`)
  return notices
}
