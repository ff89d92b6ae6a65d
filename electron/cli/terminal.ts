// stdout for results, stderr for everything else; progress is redrawn in place, and left out where nobody watches.

/** Often enough to look alive, seldom enough not to matter. */
const REDRAW_MS = 100

export class Terminal {
  private drawnAt = -Infinity
  private drawn = false

  out(text: string): void {
    this.clear()
    process.stdout.write(`${text}\n`)
  }

  log(line: string): void {
    this.clear()
    process.stderr.write(`${line}\n`)
  }

  progress(text: string): void {
    if (!process.stderr.isTTY || performance.now() - this.drawnAt < REDRAW_MS) return
    this.drawnAt = performance.now()
    this.drawn = true
    process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
  }

  private clear(): void {
    if (this.drawn) process.stderr.write('\r\x1b[K')
    this.drawn = false
  }
}
