// Folders and files with accents, other scripts and long paths through the whole of it (CASES D07): import, one training step, the saved model
// loaded by ONNX Runtime, export.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readNifti, writeNifti } from '#study/index'
import { dicomFile, imageDataset } from '#study/testing/dicomFile'
import { temporaryFolder } from '#study/testing/temporaryFolder'
import { commandIn } from './testing/commandIn'

const root = temporaryFolder()
const { json } = commandIn(root.path)
const SIZE = 16

/** Two patients with a bright square, their target maps, and a config: one step of a tiny U-Net. */
async function study(folder: string): Promise<{ config: string; scan: string }> {
  const inSquare = (n: number): boolean => n % SIZE > 3 && n % SIZE < 10 && n / SIZE > 4 && n / SIZE < 11
  const pixels = Array.from({ length: SIZE * SIZE }, (_, n) => (inSquare(n) ? 900 : (n * 37) % 100))
  const cases = []
  for (const patient of ['Zoë', '影像']) {
    for (const z of [0, 2]) {
      const image = imageDataset({ rows: SIZE, columns: SIZE, values: pixels, positionLps: [0, 0, z] })
      const own = { '00100020': ['LO', `P${cases.length}`], '0020000E': ['UI', `1.2.3.${cases.length}`] } as const
      root.write(`${folder}/${patient}/tête•${z}.dcm`, dicomFile({ ...image, ...own }))
    }
    const data = Uint8Array.from({ length: 2 * SIZE * SIZE }, (_, n) => (inSquare(n % (SIZE * SIZE)) ? 1 : 0))
    const affineLps = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]
    await writeNifti(join(root.path, folder, `${patient} étiquettes.nii.gz`), {
      size: [SIZE, SIZE, 2],
      affineLps,
      data,
    })
    cases.push({ id: patient, patient, image: patient, labels: `${patient} étiquettes.nii.gz` })
  }
  const config = join(root.path, folder, 'réglage.json')
  writeFileSync(
    config,
    JSON.stringify({
      task: 'unet',
      dataset: { cases, labels: [{ value: 1, name: 'Läsion', color: '#ff0000' }], modality: 'CT' },
      split: { mode: 'patient', validationFraction: 0.5 },
      model: { width: 4, depth: 2 },
      ...{ epochs: 1, stepsPerEpoch: 1, batch: 1, threads: 1, provider: 'cpu', patch: [SIZE, SIZE], neighbours: 0 },
    }),
  )
  return { config, scan: join(root.path, folder, 'Zoë') }
}

describe('folders and files of any name (D07)', () => {
  const long = Array.from({ length: 8 }, (_, n) => `ordner-${n}-${'ü'.repeat(32)}`).join('/')
  it.each([
    ['composed', 'médical/影像 (1)/Ünïcode'.normalize('NFC')],
    ['decomposed', 'nfd/médical/影像 (1)/Ünïcode'.normalize('NFD')],
    ['longer than 300 characters', long],
  ])('%s: import, train one step, load the model, export', async (_, folder) => {
    const { config, scan } = await study(folder)
    expect(scan.length).toBeGreaterThan(folder === long ? 300 : 0)
    const run = join(root.path, folder, 'Läufe/erster')
    expect(await json('train', config, '--out', run)).toMatchObject({ state: 'done', model: join(run, 'model.onnx') })

    const labels = join(root.path, folder, 'sortie/étiquettes.nii.gz')
    await json('segment', join(run, 'model.onnx'), scan, '--out', labels, '--provider', 'cpu')
    expect((await readNifti(labels, { labels: true })).size).toEqual([SIZE, SIZE, 2])

    const out = join(root.path, folder, 'sortie/影像.nii.gz')
    await json('export', scan, '--out', out)
    expect((await readNifti(out)).data[SIZE * 6 + 5]).toBe(900)
  })
})
