// `sagitta latent anomaly --compare`: the bundled model beside label maps of phantoms, one right, one wrong, one missing.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { HandAgreement } from '#common/ipc/compute'
import { generatePhantom, PHANTOM_LABELS, PHANTOM_PATIENTS, type PhantomVolume } from '#common/phantom/index'
import { writeNifti } from '#study/index'
import { temporaryFolder } from '#study/testing/temporaryFolder'

const BIN = resolve(import.meta.dirname, 'bin.mjs')
const BUNDLED = resolve(import.meta.dirname, '../../resources/models/body-phantom.onnx')
const [LIVER, LUNG] = [1, 3]
const root = temporaryFolder()
const at = (name: string): string => join(root.path, name)

async function sagitta(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [BIN, ...args, '--json'], { cwd: root.path })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const code = await new Promise(done => child.on('close', done))
  return { code, stdout, stderr }
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await sagitta(...args)
  expect(code, `${stdout}${stderr}`).toBe(0)
  return JSON.parse(stdout) as T
}

const write = (name: string, { size, spacingMm, affineLps }: PhantomVolume, data: Int16Array | Uint8Array) =>
  writeNifti(at(name), { size, spacingMm, affineLps, data })

const source = (classes: object[]) => ({
  ...{ kind: 'studies', unit: 'slices', size: [16, 16], classes },
  cases: ['right', 'wrong', 'none'].map(id => ({
    ...{ id, patient: id, image: `${id}.nii`, labels: id === 'none' ? null : `${id}.labels.nii` },
  })),
})

beforeAll(async () => {
  const [right, wrong, none] = PHANTOM_PATIENTS.map(patient => generatePhantom(patient, { size: [128, 128, 24] }))
  await write('right.nii', right!, right!.image)
  await write('right.labels.nii', right!, right!.labels)
  await write('wrong.nii', wrong!, wrong!.image)
  const swapped = wrong!.labels.map(value => (value === LIVER ? LUNG : value === LUNG ? LIVER : value))
  await write('wrong.labels.nii', wrong!, swapped)
  await write('none.nii', none!, none!.image)
  // Other values and case than the model's: labels are known by name.
  const classes = PHANTOM_LABELS.map(({ value, name }) => ({ value, name: name.toLowerCase() }))
  writeFileSync(at('source.json'), JSON.stringify(source(classes)))
  const config = {
    ...{ task: 'autoencoder', dataset: source(classes), epochs: 1, batch: 8, scale: { low: -160, high: 240 } },
    ...{ model: { kind: 'dense', widths: [16, 4], outputActivation: 'sigmoid' }, provider: 'cpu' },
    ...{ split: { validationFraction: 0.34 } },
  }
  writeFileSync(at('config.json'), JSON.stringify(config))
  await json('train', 'config.json', '--out', 'run')
}, 120_000)

it('ranks the volume first on which model and hand disagree, and says what was not compared', async () => {
  const found = await json<{
    agreements: HandAgreement[]
    roc: { area: number }
    cases: { id: string; disagreement: number | null; conspicuous: number; reason: string }[]
  }>(
    ...['latent', 'anomaly', 'run/model.onnx', 'source.json', '--out', 'ranking.csv', '--compare', BUNDLED],
    ...['--anomalous', String(LUNG)],
  )
  // Images that nobody labelled are not counted.
  expect(found.roc.area).toBeGreaterThan(0)
  const [right, wrong, none] = found.agreements
  expect(right!.dice).toBeGreaterThan(wrong!.dice! + 0.2)
  expect(right!.labels.map(({ name }) => name)).toContain('liver')
  expect(wrong!.labels.find(({ name }) => name === 'liver')!.dice).toBeLessThan(0.2)
  expect(none).toMatchObject({ dice: null, reason: 'It has no label map.' })
  expect(found.cases[0]).toMatchObject({ id: 'wrong.nii', conspicuous: 1, disagreement: 1 - wrong!.dice! })
  expect(found.cases[0]!.reason).toContain('Model and hand disagree')
  expect(found.cases.find(({ id }) => id === 'none.nii')!.disagreement).toBeNull()
}, 120_000)

it('asks for names of the labels, and for a model that segments', async () => {
  writeFileSync(at('nameless.json'), JSON.stringify(source([])))
  const run = ['latent', 'anomaly', 'run/model.onnx', 'nameless.json', '--out', 'x.csv']
  const nameless = await sagitta(...run, '--compare', BUNDLED)
  expect(nameless.code).toBe(2)
  const other = await sagitta(...run, '--compare', 'run/model.onnx')
  expect(other.code).toBe(1)
  expect(other.stdout).toContain('model-')
}, 60_000)
