// End-to-end suite: one worker, no retries, no browser but the app itself. Started by tools/e2e.mjs, which brings Electron and a display.
import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  outputDir: '../artifacts/e2e',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: 'list',
})
