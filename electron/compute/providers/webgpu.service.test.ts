// WebGPU against CPU on SwiftShader, the software Vulkan driver that comes with Electron: same losses over five steps, state on the device.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { bundle } from '#study/testing/bundle'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { builtProviders } from './selfTest'

const ROOT = join(import.meta.dirname, '../../..')
let script: string

/** Relative difference of losses. WebGPU sums in another order; a wrong kernel is off by orders of magnitude more. */
const TOLERANCE = 1e-4

/** The folder of Electron's SwiftShader, or why there is none. The runtime is asked in a process: it may want to look for a download. */
function driver(): { readonly folder: string } | { readonly reason: string } {
  if (process.platform !== 'linux') return { reason: 'only Linux takes a Vulkan driver from the environment' }
  if (!builtProviders().includes('webgpu')) return { reason: 'this build of ONNX Runtime has no WebGPU provider' }
  let binary: string
  try {
    const output = execFileSync(process.execPath, [join(ROOT, 'tools/runtime.mjs')], { encoding: 'utf8' })
    binary = output.trim().split('\n').at(-1)!
  } catch {
    return { reason: 'there is no Electron here' }
  }
  const folder = dirname(binary)
  const missing = ['vk_swiftshader_icd.json', 'libvk_swiftshader.so', 'libvulkan.so.1'].find(
    name => !existsSync(join(folder, name)),
  )
  return missing === undefined ? { folder } : { reason: `${missing} is not beside Electron` }
}

const found = driver()
if ('reason' in found) console.warn(`SKIPPED: WebGPU against CPU on SwiftShader: ${found.reason}.`)

interface Trained {
  readonly losses: readonly number[]
  readonly locations: readonly string[]
}

async function trained(provider: string): Promise<Record<string, Trained>> {
  const folder = 'folder' in found ? found.folder : ''
  const scratch = mkdtempSync(join(tmpdir(), 'sagitta-vulkan-'))
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }))
  const { stdout } = await promisify(execFile)(process.execPath, [script, provider], {
    cwd: ROOT,
    timeout: 100_000,
    env: {
      ...process.env,
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
      LD_LIBRARY_PATH: [folder, process.env.LD_LIBRARY_PATH ?? ''].filter(Boolean).join(delimiter),
      XDG_RUNTIME_DIR: scratch,
    },
  })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, Trained>
}

describe.skipIf('reason' in found)('WebGPU on SwiftShader', () => {
  beforeAll(() => {
    script = bundle(join(import.meta.dirname, '../testing/parityProcess.ts'))
  })

  it('trains a U-Net of images, a U-Net of volumes and a VAE as the CPU does, its state on the device', async () => {
    const [cpu, webgpu] = [await trained('cpu'), await trained('webgpu')]
    expect(Object.keys(webgpu)).toEqual(Object.keys(cpu))
    for (const [name, { losses: expected, locations }] of Object.entries(cpu)) {
      expect(locations).toEqual(['cpu'])
      expect(webgpu[name]!.locations).toEqual(['gpu-buffer'])
      expect(new Set(expected).size, `${name} moves`).toBe(expected.length)
      expected.forEach((loss, step) =>
        expect(
          Math.abs(webgpu[name]!.losses[step]! - loss) / Math.abs(loss),
          `${name}, step ${step}: ${webgpu[name]!.losses[step]} and ${loss}`,
        ).toBeLessThan(TOLERANCE),
      )
    }
  })
})
