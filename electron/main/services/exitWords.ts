// How a process ended, for a message. Electron 25 reports 0 for one that a signal ended: then there is nothing to tell.
export const exitWords = (code: number): string => (code === 0 ? '' : ` (exit code ${code})`)
