// Stores over the fake api without any component, and waiting for what comes later. For tests.
import { flushPromises } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { vi } from 'vitest'
import { createApp, type App } from 'vue'
import { API } from '../api'
import { createFakeApi } from '../api/fake'

/** A busy machine takes its time; what is waited for here comes at once on an idle one. */
vi.setConfig({ testTimeout: 20_000 })

export type Fake = ReturnType<typeof createFakeApi>

export function withStores(fake: Fake = createFakeApi()): Fake & { app: App } {
  const app = createApp({}).use(createPinia()).provide(API, fake.api)
  return { ...fake, app }
}

/** Runs in the app's scope, where stores and the api can be injected. */
export const inApp = <T>({ app }: { app: App }, work: () => T): T => app.runWithContext(work)

/** Waits until something holds: the fake answers a few tasks later, as real processes do. */
export async function until(holds: () => boolean, withinMs = 15_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!holds()) {
    if (Date.now() > end) throw new Error('It did not come to hold in time.')
    await new Promise(resolve => setTimeout(resolve, 2))
    await flushPromises()
  }
}
