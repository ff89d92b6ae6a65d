// Types of the window: the preload's bridge and Vue single-file components.
/// <reference types="vite/client" />
import type { Bridge } from '#common/ipc/bridge'

declare global {
  interface Window {
    readonly sagitta?: Bridge
  }
}
