// The composition root: makes every part once, joins them, and takes them apart in order at the end.
import { app, dialog, powerMonitor, session } from 'electron'
import { appContract } from '#common/ipc/app'
import { CONTRACTS } from '#common/ipc/index'
import { emitters } from '#common/ipc/rpc'
import { studyContract } from '#common/ipc/study'
import { trainingContract } from '#common/ipc/training'
import { openingOf, ownArguments } from './arguments'
import { appHandlers } from './ipc/appHandlers'
import { connectPage, sendVoxelsPort } from './ipc/connectPage'
import { forward } from './ipc/forward'
import { latentHandlers } from './ipc/latentHandlers'
import { modelsHandlers } from './ipc/modelsHandlers'
import { PageEvents } from './ipc/pageEvents'
import { projectHandlers } from './ipc/projectHandlers'
import { pageServices } from './ipc/services'
import { trainingHandlers } from './ipc/trainingHandlers'
import { JobList } from './jobs/jobList'
import { stayAwakeWhileTraining } from './jobs/stayAwake'
import { groundNotices } from './notices'
import { endInOrder } from './quit'
import { selfTest } from './selfTest'
import { ComputeService } from './services/computeService'
import { findPaths, type Paths } from './services/paths'
import { StudyService } from './services/studyService'
import { TrainingProcesses } from './services/trainingProcesses'
import { openRecentProjects } from './storage/recentProjects'
import { openSettings } from './storage/settings'
import { loadWindowState } from './storage/windowState'
import { isPageUrl, PAGE_URL } from './windows/addresses'
import { blockNetwork, confine, silenceChromium } from './windows/lockDown'
import { createMainWindow } from './windows/mainWindow'
import { setAppMenu } from './windows/menu'
import { registerPageScheme, servePage } from './windows/pageScheme'
import { watchPage } from './windows/watchPage'

const devServer = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null)

process.on('unhandledRejection', reason => {
  throw reason
})
process.on('uncaughtException', error => {
  console.error(error)
  const message = `The main process met an error it did not expect: ${error.message}. What was drawn is saved.`
  if (app.isReady()) void dialog.showMessageBox({ type: 'error', title: 'Sagitta', message, detail: error.stack ?? '' })
})

registerPageScheme()
silenceChromium()
app.on('web-contents-created', (_event, contents) => confine(contents))
const paths = findPaths(__dirname)
if (process.argv.includes('--self-test')) void app.whenReady().then(async () => app.exit(await selfTest(paths)))
else if (app.requestSingleInstanceLock()) void run(paths)
else app.quit()

async function run(paths: Paths): Promise<void> {
  const [windowState, settings, recent] = await Promise.all([
    loadWindowState(paths.userData),
    openSettings(paths.userData),
    openRecentProjects(paths.userData),
    app.whenReady(),
  ])

  const network = blockNetwork(session.defaultSession, devServer)
  servePage(session.defaultSession, paths.page)
  const window = createMainWindow({
    preload: paths.preload,
    url: devServer ?? PAGE_URL,
    state: windowState.value,
    userData: paths.userData,
  })
  watchPage(window)

  const events = new PageEvents(CONTRACTS)
  const tell = { app: emitters(appContract, events.emit), training: emitters(trainingContract, events.emit) }
  const jobs = new JobList()
  stayAwakeWhileTraining(jobs)

  const study = new StudyService(paths, {
    emit: events.emit,
    onOpened: ({ folder, name, scratch }) => {
      if (!scratch) recent.remember(folder, name, new Date()).catch(logUnsaved)
    },
    onStopped: (message, restarted) => {
      tell.app.serviceStopped({ service: 'study', message, restarted })
      if (restarted) sendVoxelsPort(window, study)
    },
  })
  const compute = new ComputeService(paths, (message, restarted) =>
    tell.app.serviceStopped({ service: 'compute', message, restarted }),
  )
  const training = new TrainingProcesses(paths, message =>
    tell.app.serviceStopped({ service: 'training', message, restarted: false }),
  )
  study.start()

  const showMenu = (): void => setAppMenu({ keymap: settings.current.keymap, run: id => tell.app.command({ id }) })
  showMenu()

  const runsChanged = (): void => tell.training.runsChanged({})
  const runs = { jobs, study, compute, training, runsChanged, now: () => new Date() }
  connectPage({
    window,
    isOwnAddress: url => isPageUrl(url) || (devServer !== null && url.startsWith(devServer)),
    study,
    events,
    services: pageServices({
      app: appHandlers({
        window,
        opening: openingOf(ownArguments(process.argv, process.defaultApp === true), process.cwd()),
        notices: [
          ...groundNotices({
            electron: process.versions.electron,
            sandboxed: !app.commandLine.hasSwitch('no-sandbox'),
          }),
          ...[windowState.notice, settings.notice, recent.notice].filter(notice => notice !== null),
        ],
        network,
        settings,
        recent,
        userData: paths.userData,
        sampleFolder: paths.sample,
        onSettings: showMenu,
        onReady: () => events.ready(),
      }),
      study: forward(studyContract, () => study.study),
      project: projectHandlers(study),
      models: modelsHandlers({ paths, jobs, study, compute }),
      training: trainingHandlers(runs),
      latent: latentHandlers(runs),
    }),
  })

  powerMonitor.on('suspend', () => void training.checkpointAll())
  app.on('second-instance', (_event, argv, workingFolder) => {
    if (window.isMinimized()) window.restore()
    window.focus()
    const { paths } = openingOf(ownArguments(argv, process.defaultApp === true), workingFolder)
    if (paths.length > 0) tell.app.openRequested({ paths })
  })
  app.on('window-all-closed', () => app.quit())
  endInOrder({ jobs, study, compute })
}

const logUnsaved = (error: unknown): void => console.error('The list of recent projects could not be saved.', error)
