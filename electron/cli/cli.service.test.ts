// The real command, spawned as scripts spawn it: JSON on stdout, logs on stderr, exit codes 0, 1 and 2 (DESIGN §5).
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Inspection } from '#common/ipc/volume'
import { inspectSchema } from '#common/ipc/volume'
import { FOREIGN_CARD, foreignModel } from '#compute/testing/foreignModel'
import { readNifti, writeLabelFile, writeNifti } from '#study/index'
import { dicomFile, imageDataset } from '#study/testing/dicomFile'
import { temporaryFolder } from '#study/testing/temporaryFolder'
import { commandIn } from './testing/commandIn'

const root = temporaryFolder()
const { sagitta, failure } = commandIn(root.path)
const at = (...parts: string[]): string => join(root.path, ...parts)

/** Commands here say nothing beside their document. */
async function json<T>(...args: string[]): Promise<T> {
  const ran = await sagitta(...args, '--json')
  expect(ran.stderr).toBe('')
  expect(ran.code).toBe(0)
  return JSON.parse(ran.stdout) as T
}

const [COLUMNS, ROWS, SLICES] = [10, 10, 4]

/** S03: pixels of 0.5 mm, slices 3 mm apart, SliceThickness 5. */
const AFFINE = [0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 3, 0, 0, 0, 0, 1]

beforeAll(() => {
  for (let k = 0; k < SLICES; k++) {
    const values = Array.from({ length: COLUMNS * ROWS }, (_, n) => 100 * k + n)
    const image = imageDataset({
      columns: COLUMNS,
      rows: ROWS,
      values,
      positionLps: [0, 0, 3 * k],
      spacingMm: [0.5, 0.5],
      with: {
        '00180050': ['DS', '5'],
        '00281052': ['DS', '-1024'],
        '00281053': ['DS', '2'],
      },
    })
    root.write(`médical/CT ${k}`, dicomFile(image))
  }
  root.write('notes/readme.txt', 'no image')
})

describe('sagitta inspect', () => {
  it('prints one JSON document with volumes and what was skipped', async () => {
    const found = inspectSchema.parse(await json<Inspection>('inspect', at('médical'), at('notes')))
    expect(found.files).toMatchObject({ read: SLICES, skipped: [{ path: at('notes', 'readme.txt') }] })
    expect(found.volumes).toHaveLength(1)
    expect(found.volumes[0]).toMatchObject({
      patientId: 'T1',
      modality: 'CT',
      size: [COLUMNS, ROWS, SLICES],
      spacingMm: [0.5, 0.5, 3],
      affineLps: AFFINE,
      verdict: { kind: 'uniform' },
      valueRange: [-1024, 2 * 399 - 1024],
    })
    const again = await json<Inspection>('inspect', '--headers', at('médical'))
    expect(again.volumes[0]).toMatchObject({ id: found.volumes[0]!.id, valueRange: null })
  })

  it('prints a table for people', async () => {
    const { code, stdout } = await sagitta('inspect', at('médical'))
    expect(code).toBe(0)
    expect(stdout).toContain('4 files read, 0 skipped, 1 volume')
    expect(stdout).toMatch(/CT +- +10 x 10 x 4 +0\.5 x 0\.5 x 3 +uniform +-1024 to -226/)
  })

  it('keeps what libraries print off stdout: one JSON document, whatever the file', async () => {
    // The reader of NRRD complains on the console of its own accord.
    writeFileSync(
      at('cut.nrrd'),
      'NRRD0004\ntype: short\ndimension: 3\nsizes: 4 3 2\nendian: little\nencoding: raw\n\nxx',
    )
    const { code, stdout } = await sagitta('inspect', at('cut.nrrd'), '--json')
    expect(code).toBe(0)
    const { files } = inspectSchema.parse(JSON.parse(stdout))
    expect(files.skipped.map(({ path }) => path)).toEqual([at('cut.nrrd')])
  })

  it('ends with 1 and the error as JSON when a path does not exist', async () => {
    const error = await failure('inspect', at('nowhere'))
    expect(error.code).toBe('not-found')
    expect(error.message).toContain(at('nowhere'))
    const { code, stdout, stderr } = await sagitta('inspect', at('nowhere'))
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(at('nowhere'))
  })
})

describe('wrong usage', () => {
  it.each([
    [['inspect'], 'PATH... is missing'],
    [['inspect', '--depth', '3', 'x'], '--depth'],
    [['export', 'a', 'b', '--out', 'x.nii'], 'one argument too many'],
    [['export', 'a'], '--out x.nii.gz is missing'],
    [['pixels', 'a', '--frame', 'two'], '--frame takes a whole number'],
    [['dance'], 'no command "dance"'],
    [['project', 'dance'], 'no command "project dance"'],
  ])('%j ends with 2 and says why on stderr', async (args, why) => {
    const { code, stdout, stderr } = await sagitta(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(why)
  })

  it('lists the commands when asked', async () => {
    const { code, stdout } = await sagitta('--help')
    expect(code).toBe(0)
    for (const name of ['inspect', 'export', 'train', 'segment', 'project check'])
      expect(stdout).toContain(`\n${name} `)
    expect((await sagitta('labels', 'measure', '--help')).stdout).toContain('sagitta labels measure --reference PATH')
  })
})

describe('sagitta export and pixels', () => {
  it('writes values after rescale on the affine of the volume', async () => {
    const out = at('out', 'ct.nii.gz')
    const { volume } = await json<{ volume: string }>('export', at('médical'), '--out', out)
    const image = await readNifti(out)
    expect([image.size, [...image.affineLps].map(value => value + 0)]).toEqual([[COLUMNS, ROWS, SLICES], AFFINE])
    expect(image.data[2 * COLUMNS * ROWS + 5]).toBe(2 * 205 - 1024)
    await json('export', at('médical'), '--volume', volume, '--out', out)
    const wrong = await failure('export', at('médical'), '--volume', 'none', '--out', out)
    expect(wrong).toMatchObject({ code: 'volume-unknown', details: { volumes: [volume] } })
  })

  it('resamples slices with a gap only when told to: export refuses and names the way, resample says what it made up', async () => {
    for (const [n, z] of [0, 2, 4, 8].entries()) {
      const values = Array.from({ length: COLUMNS * ROWS }, () => 10 * z)
      root.write(`gap/${n}`, dicomFile(imageDataset({ columns: COLUMNS, rows: ROWS, values, positionLps: [0, 0, z] })))
    }
    const out = at('out', 'gap.nii.gz')
    const refused = await failure('export', at('gap'), '--out', out)
    expect(refused.code).toBe('no-geometry')
    expect(refused.message).toContain('sagitta resample')

    const labels = at('out', 'drawn.nii.gz')
    const drawn = Uint16Array.from({ length: 4 * COLUMNS * ROWS }, (_, n) => (n >= 3 * COLUMNS * ROWS ? 7 : 0))
    await writeNifti(labels, { size: [COLUMNS, ROWS, 4], affineLps: null, data: drawn })
    const labelsOut = at('out', 'gap-labels.nii.gz')
    const made = await json<Record<string, unknown>>(
      ...['resample', at('gap'), '--out', out, '--labels', labels, '--labels-out', labelsOut],
    )
    expect(made).toMatchObject({
      ...{ interpolation: 'linear', size: [COLUMNS, ROWS, 5], spacingMm: [1, 1, 2], inHoles: [3], outsideVoxels: 0 },
      from: { size: [COLUMNS, ROWS, 4], verdict: { kind: 'gaps' } },
    })
    const image = await readNifti(out)
    expect([0, 1, 2, 3, 4].map(k => image.data[k * COLUMNS * ROWS])).toEqual([0, 20, 40, 60, 80])
    const there = await readNifti(labelsOut, { labels: true })
    expect([0, 1, 2, 3, 4].map(k => there.data[k * COLUMNS * ROWS])).toEqual([0, 0, 0, 0, 7])

    const finer = await json<{ size: number[] }>('resample', at('gap'), '--spacing', '2,2,1', '--out', out)
    expect(finer.size).toEqual([5, 5, 9])
    expect((await sagitta('resample', at('gap'), '--spacing', '2', '--out', out)).code).toBe(2)
  })

  it('writes stored values as int32', async () => {
    const out = at('out', 'x.raw')
    const facts = await json<Record<string, unknown>>('pixels', at('médical', 'CT 3'), '--out', out)
    const bytes = readFileSync(out)
    expect(bytes.length).toBe(4 * COLUMNS * ROWS)
    expect(bytes.readInt32LE(4 * 7)).toBe(307)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(facts).toMatchObject({
      rows: ROWS,
      columns: COLUMNS,
      samples: 1,
      min: 300,
      max: 399,
      sum: 34950,
      sha256,
      out,
    })
    expect((await failure('pixels', at('notes', 'readme.txt'))).code).toBe('not-dicom')
  })
})

describe('sagitta labels', () => {
  const labels = (path: string, affineLps = AFFINE, value = 200): Promise<void> => {
    const values = new Uint16Array(COLUMNS * ROWS * SLICES)
    values.fill(value, 0, 100)
    values[399] = 5
    return writeLabelFile(path, values, { size: [COLUMNS, ROWS, SLICES], affineLps })
  }

  it('measures with the gap from positions: 100 voxels are 0.075 mL (S03)', async () => {
    await labels(at('out', 'labels.nii.gz'))
    const measured = await json<{ labels: unknown[] }>(
      'labels',
      'measure',
      '--reference',
      at('médical'),
      at('out', 'labels.nii.gz'),
    )
    expect(measured.labels).toEqual([
      { value: 5, voxels: 1, volumeMl: 0.00075, extentMm: [0.5, 0.5, 3], bounds: [[9, 9], [9, 9], [3, 3]], components: 1 }, // prettier-ignore
      { value: 200, voxels: 100, volumeMl: 0.075, extentMm: [5, 5, 3], bounds: [[0, 9], [0, 9], [0, 0]], components: 1 }, // prettier-ignore
    ])
  })

  it('puts a file whose rows run the other way onto the grid of the images', async () => {
    const turned = [0.5, 0, 0, 0, 0, -0.5, 0, 0.5 * (ROWS - 1), 0, 0, 3, 0, 0, 0, 0, 1]
    await labels(at('out', 'turned.nii.gz'), turned)
    const out = at('out', 'straight.nii.gz')
    const converted = await json<{ labels: { value: number; voxels: number }[] }>(
      ...['labels', 'convert', '--reference', at('médical'), at('out', 'turned.nii.gz'), out],
    )
    expect(converted.labels.map(({ value, voxels }) => [value, voxels])).toEqual([
      [5, 1],
      [200, 100],
    ])
    const { data } = await readNifti(out, { labels: true })
    expect(data[3 * COLUMNS * ROWS + 9]).toBe(5)
    expect(data[399]).toBe(0)
  })

  it('refuses labels of another grid and formats it does not write', async () => {
    await labels(
      at('out', 'shifted.nii.gz'),
      AFFINE.map((value, n) => (n === 3 ? 7 : value)),
    )
    const reference = ['--reference', at('médical')]
    expect((await failure('labels', 'measure', ...reference, at('out', 'shifted.nii.gz'))).code).toBe('grid-mismatch')
    const strange = await failure('labels', 'convert', ...reference, at('out', 'labels.nii.gz'), at('out', 'x.png'))
    expect(strange.code).toBe('unsupported-format')
  })
})

describe('sagitta model import', () => {
  it('takes a model made elsewhere in with its card, and segments with it', async () => {
    const file = await foreignModel(at('foreign.onnx'))
    const out = at('imported', 'left.onnx')
    const { code, message } = await failure('model', 'import', file, '--out', out)
    expect(code).toBe('config-invalid')
    expect(message).toContain('spacingMm, e.g. [1,1,null]')
    // Raw values of the scan run from -1024 on: 0 to 1 for the network is -1024 to -1024 + 200.
    const card = { ...FOREIGN_CARD, clip: [-1024, -824], normalization: { low: -1024, high: -824 } }
    writeFileSync(at('card.json'), JSON.stringify(card))
    const imported = await json('model', 'import', file, '--card', at('card.json'), '--out', out)
    expect(imported).toMatchObject({ out, card: { name: 'Left', origin: 'imported' } })
    expect(await json('model', 'show', out)).toMatchObject({ provenance: { imported: { licence: 'MIT' } } })

    const labels = at('imported', 'labels.nii.gz')
    const made = await sagitta('segment', out, at('médical'), '--out', labels, '--provider', 'cpu', '--json')
    const { data } = await readNifti(labels, { labels: true })
    // Yes where the pixel to the left is at least -924, 50 counts above the least.
    const wanted = Array.from({ length: COLUMNS * ROWS * SLICES }, (_, n) => {
      const [i, k] = [n % COLUMNS, Math.floor(n / (COLUMNS * ROWS))]
      return i > 0 && 100 * k + (n % (COLUMNS * ROWS)) - 1 >= 50 ? 7 : 0
    })
    expect([...data]).toEqual(wanted)
    expect(JSON.parse(made.stdout)).toMatchObject({
      labels: [{ value: 7, voxels: wanted.filter(value => value === 7).length }],
    })

    writeFileSync(at('card.json'), '{')
    expect((await failure('model', 'import', file, '--card', at('card.json'), '--out', out)).code).toBe(
      'config-invalid',
    )
  })
})

describe('sagitta project', () => {
  it('makes, fills, describes and checks a project', async () => {
    const folder = at('project')
    expect(await json('project', 'new', folder, '--name', 'Livers')).toMatchObject({ name: 'Livers', sources: [] })
    expect((await failure('project', 'new', folder)).code).toBe('not-writable')
    const added = await json<{ sources: { volumeId: string }[] }>('project', 'add', folder, at('médical'))
    expect(added.sources).toHaveLength(1)
    expect(await json('project', 'status', folder)).toMatchObject({
      name: 'Livers',
      sources: [{ status: 'here', labels: null }],
    })
    expect(await json('project', 'check', folder)).toMatchObject({ ok: true, checked: { sources: 1, labelMaps: 0 } })
    expect(existsSync(join(folder, 'project.lock'))).toBe(false)
    expect((await failure('project', 'add', folder, at('notes'))).code).toBe('no-images')

    writeFileSync(join(folder, 'sources.json'), '{')
    expect(await failure('project', 'status', folder)).toMatchObject({
      code: 'project-corrupt',
      details: { file: join(folder, 'sources.json') },
    })
    rmSync(folder, { recursive: true })
    expect((await failure('project', 'check', folder)).code).toBe('not-found')
  })
})
