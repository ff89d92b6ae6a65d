// The importer's report as plain text: what was left out when scans were added, by reason.
import type { Skipped } from '#common/ipc/volume'

export interface IntakeReport {
  readonly paths: readonly string[]
  readonly skipped: readonly Skipped[]
}

/** The commonest reason first; every file named. Lines end as Windows editors want them too. */
export function intakeReport({ paths, skipped }: IntakeReport, at: Date): string {
  const byReason = new Map<string, string[]>()
  for (const { path, reason } of skipped) {
    const files = byReason.get(reason)
    if (files) files.push(path)
    else byReason.set(reason, [path])
  }
  const parts = [...byReason]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([reason, files]) => [`${files.length}: ${reason}`, ...files.map(file => `    ${file}`)].join('\r\n'))
  const head = [
    'Sagitta: files left out when scans were added',
    `Written ${at.toISOString()}`,
    ...paths.map(path => `From ${path}`),
    `${skipped.length} left out`,
  ].join('\r\n')
  return `${[head, ...parts].join('\r\n\r\n')}\r\n`
}
