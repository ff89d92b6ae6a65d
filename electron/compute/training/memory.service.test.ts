// The estimate of a training's memory against what fresh processes really take, on lowered graphs.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bundle } from '#study/testing/bundle'
import { beforeAll, describe, expect, it } from 'vitest'

const linux = process.platform === 'linux'
if (!linux) console.warn('SKIPPED: memory of training processes. Only Linux tells the most that a process had.')

/** Estimated bytes to measured ones. The collector of garbage moves a process by up to 40 MB: cases of 200 MB and more. */
const BAND = { least: 0.8, most: 1.25 }

describe.skipIf(!linux)('the estimate of a training step', () => {
  let script: string
  beforeAll(() => {
    script = bundle(join(import.meta.dirname, '../testing/memoryProcess.ts'))
  })

  it.each(['unet-2d', 'unet-3d', 'autoencoder-dense', 'autoencoder-convolutional', 'vae-dense', 'vae-convolutional'])(
    'lies near what a process takes: %s',
    async name => {
      const { stdout } = await promisify(execFile)(process.execPath, [script, name])
      const { estimated, measured } = JSON.parse(stdout) as { estimated: number; measured: number }
      expect(estimated / measured, stdout).toBeGreaterThan(BAND.least)
      expect(estimated / measured, stdout).toBeLessThan(BAND.most)
    },
    120_000,
  )
})
