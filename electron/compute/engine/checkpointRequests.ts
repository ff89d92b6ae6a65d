// Wishes for a checkpoint, handed to the training loop between two steps.

export class CheckpointRequests {
  private waiting: (() => void)[] = []

  /** Resolves when a checkpoint was written, or when the run ended, which writes one too. */
  ask(): Promise<void> {
    return new Promise(resolve => this.waiting.push(resolve))
  }

  /** For the loop: null while nobody waits, else what to call once it is written. */
  take(): (() => void) | null {
    if (this.waiting.length === 0) return null
    const asked = this.waiting
    this.waiting = []
    return () => asked.forEach(resolve => resolve())
  }

  end(): void {
    this.take()?.()
  }
}
