// Networks exported by PyTorch itself, where Debian's python3-torch is installed: our reading of their answers against PyTorch's own.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImportCardInput } from '#common/ipc/modelImport'
import { Network } from '../inference/network'
import { FOREIGN_CARD } from '../testing/foreignModel'
import { importModel } from './importModel'
import { inspectModel } from './inspectModel'

const PYTHON = '/usr/bin/python3'
const SCRIPT = resolve(import.meta.dirname, '../testing/torchModel.py')
const run = promisify(execFile)
const torch = await run(PYTHON, ['-c', 'import torch']).then(
  () => true,
  () => false,
)
if (!torch) console.warn('SKIPPED: models exported by PyTorch. Install python3-torch to run these tests.')

let root: string
beforeAll(async () => (root = await mkdtemp(join(tmpdir(), 'sagitta-torch-'))))
afterAll(() => rm(root, { recursive: true }))

const card: ImportCardInput = {
  ...FOREIGN_CARD,
  multiple: 2,
  labels: ['background', 'liver', 'spleen'].map((name, value) => ({ value, name })),
}

describe.skipIf(!torch)('a network exported by PyTorch', () => {
  it.each([
    ['softmax', 11],
    ['softmax', 16],
    ['sigmoid', 13],
  ] as const)(
    'answers as in PyTorch: %s, operator set %i',
    async (activation, opset) => {
      await run(PYTHON, [SCRIPT, root, activation, String(opset)])
      const { x, answer } = JSON.parse(await readFile(join(root, 'answer.json'), 'utf8')) as Record<
        'x' | 'answer',
        number[]
      >
      const labels =
        activation === 'softmax' ? card.labels : [4, 5, 6].map(value => ({ value, name: `organ ${value}` }))
      const { file } = await importModel({
        file: join(root, 'net.onnx'),
        card: { ...card, activation, labels },
        out: join(root, `${activation}-${opset}.onnx`),
      })
      const { suggested, producer } = await inspectModel(join(root, 'net.onnx'))
      const told = Object.fromEntries(suggested.map(({ field, value }) => [field, value]))
      expect(producer).toMatch(/^pytorch \d/)
      expect(told).toMatchObject({ axes: 'NCHW', answer: 'logits', multiple: 2 })
      const network = await Network.open(file, { provider: 'cpu', threads: 1 })
      try {
        const planes = await network.probabilities(Float32Array.from(x), 2, 32, 48)
        const pixels = 32 * 48
        // Under sigmoid the background comes first, as probable as the threshold.
        const wanted =
          activation === 'softmax'
            ? answer
            : [0, 1].flatMap(n => [
                ...Array<number>(pixels).fill(0.5),
                ...answer.slice(3 * pixels * n, 3 * pixels * (n + 1)),
              ])
        expect(planes).toHaveLength(wanted.length)
        expect(Math.max(...planes.map((value, n) => Math.abs(value - wanted[n]!)))).toBeLessThan(1e-5)
      } finally {
        await network.release()
      }
    },
    60_000,
  )
})
