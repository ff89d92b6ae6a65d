// Where the built files, the resources and the app's own data are.
import { app } from 'electron'
import { join, resolve } from 'node:path'

export interface Paths {
  preload: string
  /** Folder of the built page. */
  page: string
  study: string
  compute: string
  training: string
  /** Icons, the sample study's recipe, bundled models. */
  resources: string
  userData: string
  /** Folder of the sample study, made when it is first asked for. */
  sample: string
}

/**
 * The sample study's folder may be given by SAGITTA_SAMPLE: then many data folders share one (tests, a classroom).
 * @param built folder of the running main script, `out/main`
 */
export function findPaths(built: string): Paths {
  const given = app.commandLine.getSwitchValue('user-data-dir')
  if (given !== '') app.setPath('userData', resolve(given))
  const userData = app.getPath('userData')
  return {
    preload: join(built, '../preload/index.cjs'),
    page: join(built, '../renderer'),
    study: join(built, 'study.cjs'),
    compute: join(built, 'compute.cjs'),
    training: join(built, 'training.cjs'),
    resources: app.isPackaged ? join(process.resourcesPath, 'resources') : join(app.getAppPath(), 'resources'),
    userData,
    sample: resolve(process.env['SAGITTA_SAMPLE'] ?? join(userData, 'sample')),
  }
}

/** What a service process is told at its start. */
export const serviceEnv = (paths: Paths): Record<string, string> => ({
  SAGITTA_USER_DATA: paths.userData,
  SAGITTA_SAMPLE: paths.sample,
  SAGITTA_RESOURCES: paths.resources,
})
