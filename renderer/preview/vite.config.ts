// Serves the preview: npx vite --config renderer/preview/vite.config.ts
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({ root: import.meta.dirname, plugins: [vue()], build: { target: 'chrome114' } })
