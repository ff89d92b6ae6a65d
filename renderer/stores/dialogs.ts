// Which dialog is open. One at a time; opened only by what a person did.
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export type DialogRequest =
  | { readonly name: 'palette' }
  | { readonly name: 'settings'; readonly page?: 'general' | 'keyboard' }
  | { readonly name: 'messages' }
  | { readonly name: 'new-project' }
  | { readonly name: 'save-as' }
  | { readonly name: 'scratch' }
  | { readonly name: 'series'; readonly volumeId: string }
  | { readonly name: 'skipped'; readonly paths: readonly string[] }
  | { readonly name: 'model-card'; readonly path: string }
  | { readonly name: 'import-model'; readonly file: string }
  | { readonly name: 'export-codes' }

export const useDialogs = defineStore('dialogs', () => {
  const current = shallowRef<DialogRequest | null>(null)
  const show = (request: DialogRequest): void => {
    current.value = request
  }
  const close = (): void => {
    current.value = null
  }
  return { current, show, close }
})
