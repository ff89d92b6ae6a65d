// What the window does when it opens: reads settings, what is open, the computer; then opens what the app was started with.
import { onScopeDispose } from 'vue'
import { useApi } from './api'
import { useIntake, useMachine, useModels, useNotices, useProject, useSettings } from './stores'

/** Call once, at the end of the app's setup: from here on it hears commands. Each part that fails says so and holds up no other. */
export function useStart(): void {
  const api = useApi()
  const intake = useIntake()
  const machine = useMachine()
  const models = useModels()
  const notices = useNotices()
  const project = useProject()
  const settings = useSettings()

  const open = async (): Promise<void> => {
    await Promise.all([
      notices.attempt(settings.load),
      notices.attempt(machine.load),
      notices.attempt(project.load),
      machine.refresh(),
    ])
    const wanted = machine.info?.open
    if (wanted && wanted.paths.length > 0) await notices.attempt(() => intake.add(wanted.paths))
    else if (wanted?.sample && !project.isOpen) await notices.attempt(intake.openSample)
    await models.load()
    await machine.loadProviders()
  }
  void open()

  // Started a second time with folders: they belong into this window.
  onScopeDispose(api.app.openRequested(({ paths }) => void notices.attempt(() => intake.add(paths))))
  void notices.attempt(() => api.app.ready({}))
}
