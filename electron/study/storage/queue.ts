// One thing after the other: edits of a label map, writes of a project.

export class Queue {
  private last: Promise<unknown> = Promise.resolve()

  /** Runs `task` when everything queued before has ended, well or not. */
  run<T>(task: () => Promise<T> | T): Promise<T> {
    const result = this.last.then(task)
    this.last = result.catch(() => undefined)
    return result
  }

  /** Resolves when the queue is empty. */
  async idle(): Promise<void> {
    await this.last
  }
}
