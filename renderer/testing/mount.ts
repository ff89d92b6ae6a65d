// Mounts a component over the fake api, as the app would: stores, api, tooltips. For component tests.
import { mount, type VueWrapper } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { defineComponent, h, type Component } from 'vue'
import { API } from '../api'
import { createFakeApi } from '../api/fake'
import type { Fake } from './stores'

/** @param setup runs in the component's scope, before it is made: registers commands, opens a project. */
export function mountWith(
  component: Component,
  {
    fake = createFakeApi(),
    props = {},
    setup,
  }: { fake?: Fake; props?: Record<string, unknown>; setup?: () => void } = {},
): VueWrapper {
  const Host = defineComponent({
    setup() {
      setup?.()
      return () => h(TooltipProvider, null, { default: () => h(component, props) })
    },
  })
  return mount(Host, {
    attachTo: document.body,
    global: { plugins: [createPinia()], provide: { [API as symbol]: fake.api } },
  })
}
