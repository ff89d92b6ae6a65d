// `sagitta latent anomaly --compare`: the bundled model beside label maps of phantoms, one right, one wrong, one missing.
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { HandAgreement } from '#common/ipc/compute'
import { generatePhantom, PHANTOM_LABELS, PHANTOM_PATIENTS, type PhantomVolume } from '#common/phantom/index'
import { writeNifti } from '#study/index'
import { temporaryFolder } from '#study/testing/temporaryFolder'
import { commandIn } from './testing/commandIn'

const BUNDLED = resolve(import.meta.dirname, '../../resources/models/body-phantom.onnx')
const [LIVER, LUNG] = [1, 3]
const root = temporaryFolder()
const { sagitta, json, failure } = commandIn(root.path)
const at = (name: string): string => join(root.path, name)

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
  const other = await failure(...run, '--compare', 'run/model.onnx')
  expect(other.code).toContain('model-')
}, 60_000)
