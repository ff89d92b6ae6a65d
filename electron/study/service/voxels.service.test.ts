// Voxels, labels and proposals over a port, as a window and main use them: everything crosses a structured clone and the contracts' checks.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '#common/ipc/contract'
import { adoptContract } from '#common/ipc/engine'
import { projectContract } from '#common/ipc/project'
import { Connection } from '#common/ipc/rpc'
import { studyContract } from '#common/ipc/study'
import { voxelsContract } from '#common/ipc/voxels'
import { readNifti } from '../images/nifti'
import { writeLabelFile } from '../labels/labelNifti'
import { dicomFile, imageDataset } from '../testing/dicomFile'
import { testService, writeTestVolume } from '../testing/niftiStudy'
import { channel } from '../testing/ports'
import { temporaryFolder } from '../testing/temporaryFolder'
import { loadVolume } from '../volumes/load'
import { volumeBytes } from '../volumes/output'
import { studyServices } from './services'
import type { StudyService } from './studyService'
import { VolumeStore } from './volumeStore'

const COLUMNS = 16
const ROWS = 12
const SLICES = 10

const root = temporaryFolder()
let service: StudyService
let pipe: ReturnType<typeof channel>
let study: Client<typeof studyContract>
let voxels: Client<typeof voxelsContract>
let project: Client<typeof projectContract>
let adopt: Client<typeof adoptContract>
let volumeId: string

beforeAll(async () => {
  for (let k = 0; k < SLICES; k++) {
    const values = Array.from({ length: COLUMNS * ROWS }, (_, n) => 1000 * k + n)
    const image = imageDataset({
      columns: COLUMNS,
      rows: ROWS,
      values,
      positionLps: [0, 0, 3 * k],
      spacingMm: [0.5, 0.5],
    })
    root.write(`ct/${SLICES - k}.dcm`, dicomFile(image))
  }
  service = testService(join(root.path, 'app'))
  pipe = channel()
  service.connect(pipe.far, studyServices(service).control)
  const connection = new Connection(pipe.near, 'The study service')
  study = connection.client(studyContract)
  voxels = connection.client(voxelsContract)
  project = connection.client(projectContract)
  adopt = connection.client(adoptContract)
  const state = await project.add({ paths: [join(root.path, 'ct')] }).done
  volumeId = state.sources[0]!.volumeId
})
afterAll(async () => {
  await service.closeProject()
  pipe.close()
})

const stroke = (k: number, over: object = {}) =>
  voxels.stroke({ volumeId, k, points: [[8, 6]], radiusMm: 1, tool: 'brush', label: 1, paintOver: 'unlocked', ...over })

const labelsOf = async (): Promise<Uint16Array> => {
  const all = new Uint16Array(COLUMNS * ROWS * SLICES)
  for (let k = 0; k < SLICES; k++) all.set((await voxels.labelSlice({ volumeId, k })).values, k * COLUMNS * ROWS)
  return all
}

describe('images', () => {
  it('answers a slice before, during and after loading, the same each time', async () => {
    const before = await voxels.slice({ volumeId, k: 4 })
    expect(before).toMatchObject({ columns: COLUMNS, rows: ROWS, samples: 1 })
    expect(before.values[17]).toBe(4017)
    const progress: { done: number; total: number }[] = []
    const load = study.load({ volumeId })
    load.onProgress(value => progress.push(value))
    const during = await voxels.slice({ volumeId, k: 4 })
    const info = await load.done
    expect(info.valueRange).toEqual([0, 9191])
    expect(progress.at(-1)).toEqual({ done: SLICES, total: SLICES })
    const after = await voxels.slice({ volumeId, k: 4 })
    expect([...during.values]).toEqual([...before.values])
    expect([...after.values]).toEqual([...before.values])
  })

  it('tells the project the range of values: an image without windows is shown by it (D04)', async () => {
    const rangeOf = async (): Promise<unknown> =>
      (await project.current({}))?.sources.find(source => source.volumeId === volumeId)?.info.valueRange
    await expect.poll(rangeOf).toEqual([0, 9191])
  })

  it('knows that a slice or a volume does not exist', async () => {
    await expect(voxels.slice({ volumeId, k: SLICES })).rejects.toMatchObject({ code: 'request-invalid' })
    await expect(voxels.slice({ volumeId: 'none', k: 0 })).rejects.toMatchObject({ code: 'volume-unknown' })
    await expect(voxels.slice({ volumeId, k: -1 })).rejects.toMatchObject({ code: 'request-invalid' })
  })

  it('gives an 8-bit thumbnail of the middle slice', async () => {
    const { columns, rows, samples, pixels } = await study.thumbnail({ volumeId })
    expect([columns, rows, samples, pixels.length]).toEqual([COLUMNS, ROWS, 1, COLUMNS * ROWS])
    expect([pixels[0], pixels.at(-1)]).toEqual([0, 255])
  })

  it('exports the volume as NIfTI', async () => {
    const out = join(root.path, 'out/volume.nii.gz')
    await study.exportVolume({ volumeId, out }).done
    const image = await readNifti(out)
    expect(image.size).toEqual([COLUMNS, ROWS, SLICES])
    expect(image.data[3 * COLUMNS * ROWS + 20]).toBe(3020)
  })

  it('refuses more than the memory limit, and still shows slices one by one', async () => {
    const small = new VolumeStore(
      () => 1000,
      () => undefined,
    )
    const source = await service.source(volumeId)
    await expect(small.load(source)).rejects.toMatchObject({ code: 'volume-too-large' })
    expect((await small.slice(source, 7)).values[0]).toBe(7000)
  })

  it('stops a load when everybody who waited for it gave up', async () => {
    let loaded = 0
    const store = new VolumeStore(
      () => 1e9,
      () => loaded++,
    )
    const source = await service.source(volumeId)
    const [first, second] = [new AbortController(), new AbortController()]
    const loads = [store.load(source, { signal: first.signal }), store.load(source, { signal: second.signal })]
    first.abort()
    await expect(loads[0]).rejects.toMatchObject({ code: 'cancelled' })
    await expect(loads[1]).resolves.toMatchObject({ info: { id: volumeId } })
    expect(loaded).toBe(1)
    store.forget(volumeId)
    const third = new AbortController()
    const alone = store.load(source, { signal: third.signal })
    third.abort()
    await expect(alone).rejects.toMatchObject({ code: 'cancelled' })
    await expect(store.load(source)).resolves.toMatchObject({ info: { id: volumeId } })
    expect(loaded).toBe(2)
  })

  it('keeps the volumes used last', async () => {
    await writeTestVolume(join(root.path, 'more/a.nii'))
    await writeTestVolume(join(root.path, 'more/b.nii'))
    await writeTestVolume(join(root.path, 'more/c.nii'))
    const { sources } = await service.catalog.scan([join(root.path, 'more')])
    const loaded: string[] = []
    const [a, b, c] = [...sources.values()]
    const loadedBytes = (await loadVolume(a!)).data.byteLength
    const store = new VolumeStore(
      // Room for two, by a byte not for a third.
      () => 2 * loadedBytes + volumeBytes(a!) - 1,
      info => loaded.push(info.description),
    )
    for (const source of [a!, b!, a!, c!, a!, b!]) await store.load(source)
    expect(loaded).toEqual(['a.nii', 'b.nii', 'c.nii', 'b.nii'])
  })
})

describe('labels', () => {
  it('acknowledges a stroke with what changed, and undoes it', async () => {
    const ack = await stroke(3)
    // 2 voxels of 0.5 mm to each side: 13 pixels; 0.5 x 0.5 x 3 mm each.
    expect(ack).toMatchObject({ changedSlices: [3], entry: { voxelsAdded: 13, who: 'Tester' } })
    expect(ack.state.counts).toEqual([{ value: 1, voxels: 13, volumeMl: 0.00975 }])
    const undone = await voxels.undo({ volumeId })
    expect(undone).toMatchObject({ changedSlices: [3], state: { counts: [], canUndo: false, canRedo: true } })
    const journal = await voxels.journal({ volumeId, limit: 5 })
    expect(journal.map(entry => [entry.action, entry.undone])).toEqual([
      ['undo', false],
      ['brush', true],
    ])
  })

  it('refuses a stroke without points, and one in the wrong form', async () => {
    await expect(stroke(3, { points: [] })).rejects.toMatchObject({ code: 'request-invalid' })
    await expect(stroke(3, { radiusMm: 0 })).rejects.toMatchObject({ code: 'request-invalid' })
    await expect(stroke(3, { label: null })).rejects.toMatchObject({ code: 'label-unknown' })
  })

  it('exports what it reads back, and imports it again whichever way its axes run', async () => {
    await stroke(2)
    await project.addLabel({ name: 'Second' })
    await stroke(7, { label: 2, points: [[3, 9]] })
    const before = await labelsOf()
    const out = join(root.path, 'out/labels.nii.gz')
    const exported = await voxels.exportLabels({ volumeId, out }).done
    expect(exported.counts.map(({ value, voxels: count }) => [value, count])).toEqual([
      [1, 13],
      [2, 13],
    ])
    expect(exported.bytes).toBe(readFileSync(out).length)

    const info = (await study.volumes({})).find(volume => volume.id === volumeId)!
    const turned = new Uint16Array(before.length)
    for (let k = 0; k < SLICES; k++)
      for (let j = 0; j < ROWS; j++)
        for (let i = 0; i < COLUMNS; i++)
          turned[i + COLUMNS * (ROWS - 1 - j + ROWS * k)] = before[i + COLUMNS * (j + ROWS * k)]!
    const affine = info.affineLps!.map((value, n) =>
      n % 4 === 1 ? -value : n === 7 ? value + 0.5 * (ROWS - 1) : value,
    )
    const flipped = join(root.path, 'out/flipped.nii.gz')
    await writeLabelFile(flipped, turned, { size: info.size, affineLps: affine })

    await stroke(5)
    const ack = await voxels.importLabels({ volumeId, path: flipped, complete: true }).done
    expect(ack.changedSlices).toEqual([5])
    expect(ack.state.states).toEqual(new Array(SLICES).fill('complete'))
    expect(await labelsOf()).toEqual(before)
    const undone = await voxels.undo({ volumeId })
    expect(undone.state.states).toEqual(new Array(SLICES).fill('untouched'))
  })

  it('refuses labels of another grid, and an image taken for labels', async () => {
    const other = join(root.path, 'out/other.nii.gz')
    await writeLabelFile(other, new Uint16Array(8), {
      size: [2, 2, 2],
      affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    })
    const before = await labelsOf()
    await expect(voxels.importLabels({ volumeId, path: other, complete: false }).done).rejects.toMatchObject({
      code: 'grid-mismatch',
    })
    const image = join(root.path, 'out/image.nii')
    await writeTestVolume(image, { value: (i, j, k) => i - j - k })
    await expect(voxels.importLabels({ volumeId, path: image, complete: false }).done).rejects.toMatchObject({
      code: 'label-values-unexpected',
    })
    expect(await labelsOf()).toEqual(before)
  })
})

describe('proposals', () => {
  const raw = (name: string, value: (i: number, j: number, k: number) => number): string => {
    const values = new Uint16Array(COLUMNS * ROWS * SLICES)
    for (let n = 0; n < values.length; n++)
      values[n] = value(n % COLUMNS, Math.floor(n / COLUMNS) % ROWS, Math.floor(n / COLUMNS / ROWS))
    mkdirSync(join(root.path, 'raw'), { recursive: true })
    const file = join(root.path, 'raw', name)
    writeFileSync(file, new Uint8Array(values.buffer))
    return file
  }
  const table = [
    { value: 1, name: 'Organ', color: '#123456' },
    { value: 2, name: 'SECOND', color: '#654321' },
  ]

  it('bring their own labels in place of the one nobody used, and beside one that was', async () => {
    const other = testService(join(root.path, 'other-app'))
    const link = channel()
    other.connect(link.far, studyServices(other).control)
    const connection = new Connection(link.near, 'The study service')
    const [mine, model] = [connection.client(projectContract), connection.client(adoptContract)]
    const state = await mine.add({ paths: [join(root.path, 'ct')] }).done
    const volume = state.sources[0]!.volumeId
    const names = async () => (await mine.current({}))!.labels.map(label => [label.value, label.name])
    expect(await names()).toEqual([[1, 'Label 1']])
    const file = raw('first.u16', i => (i < 4 ? 1 : 0))
    await model.proposal({ file, labels: table, volumeId: volume, model: 'model.onnx' }).done
    expect(await names()).toEqual([
      [1, 'Organ'],
      [2, 'SECOND'],
    ])
    await other.closeProject()
    link.close()
  })

  it('come in the values of the project and are accepted as one edit, but not over completed slices', async () => {
    const file = raw('a.u16', (i, j) => (i < 4 ? 1 : i > 12 && j > 6 ? 2 : 0))
    const proposal = await adopt.proposal({ file, labels: table, volumeId, model: '/runs/20260101-101010/model.onnx' })
      .done
    const labels = (await project.current({}))!.labels
    const organ = labels.find(label => label.name === 'Organ')!.value
    expect(labels.filter(label => label.name === 'Second' || label.name === 'SECOND').length).toBe(1)
    expect(proposal.counts.map(({ value, voxels: count }) => [value, count]).sort()).toEqual(
      [
        [2, 3 * 5 * SLICES],
        [organ, 4 * ROWS * SLICES],
      ].sort(),
    )
    expect((await voxels.proposalSlice({ proposalId: proposal.proposalId, k: 1 })).values[0]).toBe(organ)

    await voxels.setSliceState({ volumeId, slices: [7, 8], state: 'complete' })
    const before = await labelsOf()
    const ack = await voxels.acceptProposal({ proposalId: proposal.proposalId, labels: null })
    expect(ack.changedSlices).toEqual([0, 1, 2, 3, 4, 5, 6, 9])
    expect(ack.entry).toMatchObject({
      action: 'accept',
      text: 'Accepted from 20260101-101010/model.onnx; 2 completed slices stay as drawn',
    })
    expect(ack.state.states.filter(state => state === 'complete').length).toBe(2)
    expect((await voxels.labelSlice({ volumeId, k: 7 })).values).toEqual(
      before.slice(7 * COLUMNS * ROWS, 8 * COLUMNS * ROWS),
    )
    await voxels.undo({ volumeId })
    expect(await labelsOf()).toEqual(before)
    await expect(voxels.acceptProposal({ proposalId: proposal.proposalId, labels: null })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('say so where every slice is complete, and record nothing', async () => {
    const file = raw('full.u16', () => 1)
    const all = Array.from({ length: SLICES }, (_, k) => k)
    await voxels.setSliceState({ volumeId, slices: all, state: 'complete' })
    const { proposalId } = await adopt.proposal({ file, labels: table, volumeId, model: 'model.onnx' }).done
    const before = (await voxels.openLabels({ volumeId })).seq
    const ack = await voxels.acceptProposal({ proposalId, labels: null })
    expect(ack).toMatchObject({ changedSlices: [], state: { seq: before }, entry: { action: 'none' } })
    expect(ack.entry.text).toContain(`all ${SLICES} slices are complete`)
    await voxels.undo({ volumeId })
  })

  it('take over only the labels that were chosen, and leave locked ones', async () => {
    const file = raw('b.u16', i => (i < 4 ? 1 : i > 12 ? 2 : 0))
    const proposal = await adopt.proposal({ file, labels: table, volumeId, model: 'model.onnx' }).done
    const organ = (await project.current({}))!.labels.find(label => label.name === 'Organ')!.value
    const second = (await project.current({}))!.labels.find(label => label.name === 'Second')!
    const ack = await voxels.acceptProposal({ proposalId: proposal.proposalId, labels: [organ] })
    expect(ack.state.sliceLabels[0]).toEqual([organ])
    const again = await adopt.proposal({ file, labels: table, volumeId, model: 'model.onnx' }).done
    await project.setLabel({ label: { ...second, locked: true } })
    await expect(stroke(0, { label: second.value })).rejects.toMatchObject({ code: 'label-locked' })
    await project.setLabel({ label: second })
    await voxels.discardProposal({ proposalId: again.proposalId })
    await expect(voxels.proposalSlice({ proposalId: again.proposalId, k: 0 })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('refuse a file of another length, and values the model does not name', async () => {
    const short = join(root.path, 'raw/short.u16')
    writeFileSync(short, new Uint8Array(10))
    await expect(adopt.proposal({ file: short, labels: table, volumeId, model: 'm' }).done).rejects.toMatchObject({
      code: 'truncated',
    })
    const strange = raw('c.u16', () => 9)
    await expect(adopt.proposal({ file: strange, labels: table, volumeId, model: 'm' }).done).rejects.toMatchObject({
      code: 'label-values-unexpected',
    })
  })
})

describe('events', () => {
  it('tell every port what changed in the project', async () => {
    const changed = new Promise<string[]>(resolve =>
      project.changed(state => {
        if (state.labels.some(label => label.name === 'Told')) resolve(state.labels.map(label => label.name))
      }),
    )
    await project.addLabel({ name: 'Told' })
    expect(await changed).toContain('Told')
  })
})

describe('a folder that changed on disk', () => {
  it('refuses labels of the grid before, keeps them, and has them back with the old files', async () => {
    await study.load({ volumeId }).done
    const before = await labelsOf()
    const values = Array.from({ length: COLUMNS * ROWS }, (_, n) => 500 + n)
    const extra = imageDataset({ columns: COLUMNS, rows: ROWS, values, positionLps: [0, 0, 30], spacingMm: [0.5, 0.5] })
    const path = root.write('ct/extra.dcm', dicomFile(extra))
    const { volumes } = await study.scan({ paths: [join(root.path, 'ct')] }).done
    expect(volumes.find(volume => volume.id === volumeId)?.size).toEqual([COLUMNS, ROWS, SLICES + 1])
    expect((await voxels.slice({ volumeId, k: SLICES })).values[0]).toBe(500)
    await project.add({ paths: [join(root.path, 'ct')] }).done
    await expect(voxels.openLabels({ volumeId })).rejects.toMatchObject({ code: 'grid-mismatch' })
    await expect(stroke(0)).rejects.toMatchObject({ code: 'grid-mismatch' })

    rmSync(path)
    await project.add({ paths: [join(root.path, 'ct')] }).done
    expect(await labelsOf()).toEqual(before)
  })
})
