// How long each part of a command took.

export class Stopwatch {
  private readonly start = performance.now()
  private last = this.start
  private readonly laps: [name: string, seconds: number][] = []

  /** Ends the part that began with the last lap. */
  lap(name: string): void {
    const now = performance.now()
    this.laps.push([name, (now - this.last) / 1000])
    this.last = now
  }

  /** By part, and `total`. */
  seconds(): Record<string, number> {
    const rounded = (value: number): number => Math.round(value * 10) / 10
    return {
      ...Object.fromEntries(this.laps.map(([name, value]) => [name, rounded(value)])),
      total: rounded((this.last - this.start) / 1000),
    }
  }

  summary(): string {
    return Object.entries(this.seconds())
      .map(([name, value]) => `${name} ${value.toFixed(1)} s`)
      .join(', ')
  }
}
