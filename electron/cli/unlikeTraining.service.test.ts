// "Unlike the training data" over the real command: phantoms teach a network, another of the family and strangers are segmented by it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { generatePhantom, PHANTOM_LABELS, PHANTOM_PATIENTS, type PhantomVolume } from '#common/phantom/index'
import { readModel } from '#compute/index'
import { writeNifti } from '#study/index'
import { temporaryFolder } from '#study/testing/temporaryFolder'
import { commandIn } from './testing/commandIn'

const root = temporaryFolder()
const { json } = commandIn(root.path)
const at = (name: string): string => join(root.path, name)
const SIZE = [96, 96, 32] as const
/** Every so many slices of the thick scan. */
const THINNED = 3

const write = (name: string, { size, spacingMm, affineLps }: PhantomVolume, data: Int16Array | Uint8Array) =>
  writeNifti(at(name), { size, spacingMm, affineLps, data })

const notices = async (image: string): Promise<string[]> =>
  (await json<{ notices: string[] }>('segment', 'run/model.onnx', image, '--out', `${image}.labels.nii`)).notices

const phantoms = PHANTOM_PATIENTS.map(patient => generatePhantom(patient, { size: SIZE }))

beforeAll(async () => {
  const cases = []
  for (const [n, phantom] of phantoms.slice(0, 2).entries()) {
    await write(`${n}.nii`, phantom, phantom.image)
    await write(`${n}.labels.nii`, phantom, phantom.labels)
    cases.push({ id: `case-${n}`, patient: `P${n}`, image: `${n}.nii`, labels: `${n}.labels.nii` })
  }
  const labels = PHANTOM_LABELS.map(({ value, name }) => ({ value, name, color: '#808080' }))
  const config = {
    ...{ task: 'unet', dataset: { cases, labels, modality: 'CT' }, split: { mode: 'patient' } },
    ...{ model: { width: 4, depth: 2 }, patch: [48, 48], batch: 1, epochs: 1, stepsPerEpoch: 1, provider: 'cpu' },
  }
  writeFileSync(at('config.json'), JSON.stringify(config))
  await json('train', 'config.json', '--out', 'run')
}, 120_000)

describe('a model’s file', () => {
  it('keeps what its training images looked like', async () => {
    const { trainedOn } = (await readModel(at('run/model.onnx'))).metadata
    expect(trainedOn).toMatchObject({ images: 1, intensity: { spread: 0 } })
    for (const end of ['min', 'max'] as const)
      trainedOn!.spacingMm![end].forEach((value, axis) =>
        expect(
          [phantoms[0]!.spacingMm[axis], phantoms[1]!.spacingMm[axis]].some(mm => Math.abs(mm! - value) < 1e-4),
        ).toBe(true),
      )
  })
})

describe('segmenting says what is unlike the training data', () => {
  const third = phantoms[2]!

  it('nothing of a patient of the same family', async () => {
    await write('family.nii', third, third.image)
    expect((await notices('family.nii')).filter(text => text.startsWith('Unlike'))).toEqual([])
  })

  it.each([
    ['above', 400],
    ['below', -400],
  ])('values %s, by how many HU', async (way, shift) => {
    await write(
      'shifted.nii',
      third,
      third.image.map(value => value + shift),
    )
    const said = (await notices('shifted.nii')).filter(text => text.startsWith('Unlike'))
    expect(said).toHaveLength(1)
    const found = new RegExp(`values lie on average (\\d+) HU ${way} those it was trained on`).exec(said[0]!)
    // clipping hides a part of the shift, never makes it larger
    expect(Number(found?.[1])).toBeGreaterThan(40)
    expect(Number(found?.[1])).toBeLessThanOrEqual(400)
  })

  it('slices farther apart, with both distances', async () => {
    const plane = SIZE[0] * SIZE[1]
    const kept = Array.from({ length: Math.floor(SIZE[2] / THINNED) }, (_, n) => n * THINNED)
    const image = new Int16Array(kept.length * plane)
    kept.forEach((k, n) => image.set(third.image.subarray(k * plane, (k + 1) * plane), n * plane))
    const [x, y, z] = third.spacingMm
    const affineLps = third.affineLps.map((value, n) => (n % 4 === 2 ? value * THINNED : value))
    await write(
      'thick.nii',
      { ...third, size: [SIZE[0], SIZE[1], kept.length], spacingMm: [x, y, z * THINNED], affineLps },
      image,
    )
    expect(await notices('thick.nii')).toContainEqual(
      expect.stringMatching(/^Unlike the training data: slices are [\d.]+ mm apart, trained on [\d.]+ mm\. Look twice/),
    )
  })
})
