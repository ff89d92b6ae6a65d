// Events for the page that is there now; before it speaks nobody listens, and it asks for the state itself.
export class PageEvents {
  private current: ((channel: string, value: unknown) => void) | null = null

  attach(emit: (channel: string, value: unknown) => void): void {
    this.current = emit
  }

  detach(): void {
    this.current = null
  }

  readonly emit = (channel: string, value: unknown): void => this.current?.(channel, value)
}
