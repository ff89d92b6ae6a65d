// A port that can be used before its other end exists: what is posted early waits for `attach`.
import type { Port } from '#common/ipc/rpc'

/** The part of a DOM MessagePort that is used here. */
export interface MessagePortLike {
  postMessage(message: unknown): void
  onmessage: ((event: MessageEvent) => void) | null
  start(): void
  close(): void
}

export class LatePort implements Port {
  private target: MessagePortLike | null = null
  private readonly early: unknown[] = []
  private listener: (message: unknown) => void = () => undefined
  private closeListener: () => void = () => undefined

  attach(target: MessagePortLike): void {
    this.target = target
    target.onmessage = event => this.listener(event.data)
    target.start()
    for (const message of this.early.splice(0)) target.postMessage(message)
  }

  /** The other end is gone for good: everything that waits for an answer fails. */
  close(): void {
    this.target?.close()
    this.early.length = 0
    this.closeListener()
  }

  post(message: unknown): void {
    if (this.target) this.target.postMessage(message)
    else this.early.push(message)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.listener = listener
  }

  onClose(listener: () => void): void {
    this.closeListener = listener
  }
}
