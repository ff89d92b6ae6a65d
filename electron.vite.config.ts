// One build: main process and its services (CommonJS, Node 18), preload (CommonJS), renderer (Chrome 114).
import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { EXTERNALS } from './tools/externals.mjs'
import type { LogLevel, LogOrStringHandler, RollupLog } from 'rollup'

const at = (path: string) => resolve(import.meta.dirname, path)
const cjs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' } as const

/** zod's annotations for another bundler mean nothing to this one; it says so for each. */
const onLog = (level: LogLevel, log: RollupLog, handler: LogOrStringHandler): void => {
  if (log.code !== 'INVALID_ANNOTATION') handler(level, log)
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node18',
      sourcemap: true,
      // Packages go into the bundles: some are ES modules only, which Node 18 can't require, and one file loads faster than hundreds.
      externalizeDeps: false,
      rollupOptions: {
        input: {
          index: at('electron/main/index.ts'),
          study: at('electron/study/process.ts'),
          decode: at('electron/study/decode/worker.ts'),
          sample: at('electron/study/sample/worker.ts'),
          compute: at('electron/compute/process.ts'),
          training: at('electron/compute/trainingProcess.ts'),
        },
        external: EXTERNALS.map(name => new RegExp(`^${name}(/|$)`)),
        output: cjs,
        onLog,
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node18',
      rollupOptions: { input: { index: at('electron/preload/index.ts') }, output: cjs },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [vue()],
    build: { outDir: 'out/renderer', target: 'chrome114', rollupOptions: { input: at('renderer/index.html'), onLog } },
  },
})
