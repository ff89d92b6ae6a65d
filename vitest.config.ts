// Test projects: unit (pure, fast), service (real files, real ONNX Runtime), corpus (real scans beside the repository, when they are there).
import { defineConfig } from 'vitest/config'
import vue from '@vitejs/plugin-vue'

export default defineConfig({
  plugins: [vue()],
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{models,electron,renderer,tools}/**/*.test.ts'],
          exclude: ['**/*.{service,corpus}.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'service',
          include: ['{models,electron,renderer,tools}/**/*.service.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'corpus',
          include: ['{models,electron}/**/*.corpus.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
