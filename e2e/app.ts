// The app as a test drives it: launched afresh with its own data folder, watched for errors, quit at the end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test'

const ROOT = join(import.meta.dirname, '..')
export const SCREENSHOTS = join(ROOT, 'artifacts/screenshots')
/** Of the sample's first patient, once a test has opened the sample: all of them share one, so nobody changes it. */
export const SAMPLE_SCAN = join(process.env['SAGITTA_SAMPLE'] ?? '', 'PH-0001', 'dicom')

export interface LaunchOptions {
  /** The app's own arguments: folders to open, `--sample`. */
  args?: string[]
  /** Data folder to share between launches of one test (quit and reopen); a fresh one when left out. */
  userData?: string
  env?: Record<string, string>
}

/** What Chromium and Electron say on their own account where there is no D-Bus, no GPU or no network service to talk to. */
const NOISE = [
  /\[\d+:[\d/.]+:(ERROR|WARNING|INFO):/,
  /^(Debugger (listening|attached|ending)|For help, see|DevTools listening|Waiting for the debugger)/,
  // ONNX Runtime on a machine without the processors it is asked to try.
  /^Warning: vkCreateInstance|VulkanError\.cpp|onnxruntime-node, provider_bridge_ort\.cc/,
  /^\s*$/,
]

export class SagittaApp {
  private readonly expected: RegExp[] = []

  private constructor(
    readonly electron: ElectronApplication,
    readonly page: Page,
    readonly userData: string,
    /** Every line the main process and the services wrote. */
    readonly output: readonly string[],
    /** Errors of the renderer's console, and what the main process and the services wrote to stderr. */
    private readonly problems: readonly string[],
  ) {}

  static async launch(options: LaunchOptions & { userData: string }): Promise<SagittaApp> {
    const { binary, args, sandboxed } = commandLine(options)
    const electron = await _electron.launch({
      executablePath: binary,
      args,
      chromiumSandbox: sandboxed,
      env: { ...(process.env as Record<string, string>), ...options.env },
    })
    const output: string[] = []
    const problems: string[] = []
    electron.process().stdout?.on('data', chunk => output.push(...lines(chunk)))
    electron.process().stderr?.on('data', chunk => {
      output.push(...lines(chunk))
      problems.push(...lines(chunk).filter(line => !NOISE.some(noise => noise.test(line))))
    })
    const page = await electron.firstWindow()
    page.on('console', message => {
      if (message.type() === 'error') problems.push(`renderer: ${message.text()}`)
    })
    page.on('pageerror', error => problems.push(`renderer: ${error.stack ?? error.message}`))
    return new SagittaApp(electron, page, options.userData, output, problems)
  }

  /** The next system dialogs answer with these paths, in this order; null is Cancel. */
  async answerDialogs(...answers: (string | null)[]): Promise<void> {
    await this.electron.evaluate(({ dialog }, given) => {
      const next = (): string | null => {
        const answer = given.shift()
        if (answer === undefined) throw new Error('The test gave no answer for this dialog.')
        return answer
      }
      dialog.showOpenDialog = async () => {
        const path = next()
        return { canceled: path === null, filePaths: path === null ? [] : [path] }
      }
      dialog.showSaveDialog = async () => {
        const path = next()
        return { canceled: path === null, filePath: path ?? '' }
      }
    }, answers)
  }

  /** Starts the app once more with the same data folder, as a double click does; resolves when that second process has ended. */
  async startAgain(args: string[]): Promise<void> {
    const line = commandLine({ userData: this.userData, args })
    const second = spawn(line.binary, line.args, { stdio: 'ignore' })
    await once(second, 'exit')
  }

  /** Errors that belong to what the test does, such as a killed service. */
  expectProblem(pattern: RegExp): void {
    this.expected.push(pattern)
  }

  unexpectedProblems(): string[] {
    return this.problems.filter(problem => !this.expected.some(pattern => pattern.test(problem)))
  }

  /** PNG of the window's content in artifacts/screenshots. */
  async screenshot(name: string): Promise<string> {
    await mkdir(SCREENSHOTS, { recursive: true })
    const path = join(SCREENSHOTS, `${name}.png`)
    await this.page.screenshot({ path })
    return path
  }

  /** As a person quits: the window closes, services end. */
  async quit(): Promise<void> {
    await this.electron.close()
  }
}

/** Runs the app to its own end, for starts that open no window. */
export async function runOnce(args: string[], userData: string): Promise<{ code: number | null; stdout: string }> {
  const line = commandLine({ userData, args })
  const child = spawn(line.binary, line.args, { stdio: ['ignore', 'pipe', 'ignore'] })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout }
}

function commandLine(options: LaunchOptions & { userData: string }): {
  binary: string
  args: string[]
  sandboxed: boolean
} {
  const binary = process.env['SAGITTA_E2E_ELECTRON']
  if (binary === undefined) throw new Error('No Electron is given. Start the suite with "npm run test:e2e".')
  const sandbox = (process.env['SAGITTA_E2E_SANDBOX'] ?? '').split(' ').filter(argument => argument !== '')
  const args = [...sandbox, ROOT, `--user-data-dir=${options.userData}`, ...(options.args ?? [])]
  return { binary, args, sandboxed: sandbox.length === 0 }
}

const lines = (chunk: unknown): string[] => stripVTControlCharacters(String(chunk)).split('\n')

interface Fixtures {
  /** Launches the app; the fixture quits it and fails the test on errors nobody expected. */
  launch: (options?: LaunchOptions) => Promise<SagittaApp>
  /** A folder of the test's own, removed afterwards. */
  folder: string
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern to learn that nothing is needed
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'sagitta-e2e-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true })
  },
  launch: async ({ folder }, use, testInfo) => {
    const launched: SagittaApp[] = []
    await use(async options => {
      const userData = options?.userData ?? join(folder, `user-data-${launched.length}`)
      const app = await SagittaApp.launch({ ...options, userData })
      launched.push(app)
      return app
    })
    for (const [index, app] of launched.entries()) {
      if (testInfo.status !== testInfo.expectedStatus) {
        await app.screenshot(`failed-${testInfo.title.replace(/\W+/g, '-')}-${index}`).catch(() => null)
        await testInfo.attach(`output-${index}.txt`, { body: app.output.join('\n') })
      }
      await app.quit().catch(() => null)
    }
    for (const app of launched) expect(app.unexpectedProblems(), 'errors nobody expected').toEqual([])
  },
})

export { expect } from '@playwright/test'
