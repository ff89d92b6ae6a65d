// Puts the app on the page over an api; whatever breaks inside a component is said, never lost.
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { asSagittaError } from '#common/errors'
import { API, type Api } from './api'
import App from './App.vue'
import { useNotices } from './stores'
import './styles/index.css'

export function mountApp(api: Api): void {
  const pinia = createPinia()
  const app = createApp(App).use(pinia).provide(API, api)
  const report = (thrown: unknown): void => useNotices(pinia).fail(asSagittaError(thrown))

  app.config.errorHandler = thrown => {
    console.error(thrown)
    report(thrown)
  }
  window.addEventListener('unhandledrejection', event => report(event.reason))
  app.mount('#app')
}
