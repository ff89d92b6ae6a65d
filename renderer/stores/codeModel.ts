// The model whose codes are looked at next: Train hands it over, Latent opens it.
import { defineStore } from 'pinia'
import { ref } from 'vue'

export const useCodeModel = defineStore('codeModel', () => {
  /** Path of the model file; null: the newest there is. */
  const path = ref<string | null>(null)
  return { path }
})
