// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { SagittaError } from '#common/errors'
import type { RunSummary } from '#common/ipc/project'
import { createFakeApi, fakeRow } from '../../api/fake'
import { inApp, until, withStores, type Fake } from '../../testing/stores'
import { useIntake, useNotices, useProject, useSelection } from '../../stores'
import { useDraft } from './draft'
import { advanced, stepShare, useLiveRun, type LiveRun } from './live'
import { useRuns } from './runs'
import { standing } from './runState'
import { SAME_SCAN } from './sameScan'
import { settingRows } from './settings'
import { sliceRuns } from './sliceRuns'

/** A project whose first `labelled` patients have their ground truth. */
async function open(labelled: number, change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  const { world } = fake
  for (const { info, voxels } of world.volumes.slice(0, labelled))
    world.labelMap(info.id).replace(Uint16Array.from(voxels().truth), 'import', 'Import', true)
  world.project = {
    ...world.newProject('/projects/abdomen', 'Abdomen', false),
    sources: world.volumes.map(({ info }, at) => ({
      volumeId: info.id,
      path: info.source,
      status: 'here',
      info,
      labelled: at < labelled,
    })),
  }
  change(fake)
  const stores = inApp(withStores(fake), () => ({
    draft: useDraft(),
    intake: useIntake(),
    live: useLiveRun(),
    runs: useRuns(),
    project: useProject(),
    notices: useNotices(),
    selection: useSelection(),
  }))
  await stores.project.load()
  await stores.draft.makePlan()
  return { ...fake, ...stores }
}

describe('setting up a run', () => {
  it('takes every labelled case and label, and splits by patient as soon as there are two', async () => {
    const { draft } = await open(2)
    expect(draft.cases.map(({ volumeId }) => volumeId)).toEqual(['volume-PH-0001', 'volume-PH-0002'])
    expect(draft.splitMode).toBe('patient')
    expect(draft.plan?.cases.map(({ part }) => part)).toEqual(['train', 'validation'])
    expect(draft.ready).toBe(true)
  })

  it('with one patient it splits within the scan; by patient is refused in words', async () => {
    const { draft } = await open(1)
    expect(draft.splitMode).toBe('within-study')
    expect(draft.ready).toBe(true)
    draft.splitMode = 'patient'
    await draft.makePlan()
    expect(draft.ready).toMatch(/needs two patients/)
  })

  it('leaves the sample’s test patient out, also when it is known later which one that is, until it is put in', async () => {
    const { draft, intake, api } = await open(3)
    expect(draft.cases).toHaveLength(3)
    intake.samples = await api.study.sample({}).done
    await until(() => draft.cases.length === 2)
    const [test] = draft.usable.filter(source => !draft.cases.includes(source))
    expect(intake.sampleOf(test!.path)?.use).toBe('test')
    draft.leftOut.delete(test!.volumeId)
    intake.samples = [...intake.samples]
    await nextTick()
    expect(draft.cases).toHaveLength(3)
  })

  it('says what is missing before there is anything to plan', async () => {
    const { draft } = await open(0)
    expect(draft.plan).toBeNull()
    expect(draft.ready).toBe('no series has labels yet.')
  })

  it('marks what a person changed, and goes back', async () => {
    const { draft } = await open(2)
    const epochs = () => settingRows(draft.plan!, draft.overrides).find(row => row.key === 'epochs')!
    const { value } = epochs()
    draft.override('epochs', 7)
    await draft.makePlan()
    expect(epochs()).toMatchObject({ value: '7', yours: true, number: 7 })
    draft.undoOverride('epochs')
    await draft.makePlan()
    expect(epochs()).toMatchObject({ value, yours: false })
    expect(settingRows(draft.plan!, {}).map(({ key }) => key)).toContain('seed')
  })

  it('keeps why no plan could be made', async () => {
    const { draft } = await open(2, ({ world }) =>
      world.fail('training.plan', new SagittaError('config-invalid', 'Units differ.')),
    )
    expect(draft.error?.code).toBe('config-invalid')
    expect(draft.ready).toBe('Units differ.')
  })
})

describe('a run', () => {
  it('fills the curves while it trains, and ends in the table with its model', async () => {
    const { draft, live, runs, notices } = await open(2)
    draft.override('epochs', 4)
    await draft.makePlan()
    const running = live.start()
    await until(() => live.run !== null && live.run.rows.length >= 2)
    expect(runs.isLive).toBe(true)
    expect(live.job?.title).toBe('Training')
    await running
    expect(live.run?.state).toBe('done')
    expect(runs.rows.map(row => row.epoch)).toEqual([1, 2, 3, 4])
    await until(() => runs.shown?.state === 'done')
    expect(runs.shown?.model).not.toBeNull()
    expect(runs.caveat).toBeNull()
    expect(notices.shown.at(-1)?.text).toBe('Training is done.')
  })

  it('is stopped and keeps what it has', async () => {
    const { draft, live, runs } = await open(1)
    await draft.makePlan()
    const running = live.start()
    await until(() => live.run !== null && live.run.rows.length >= 1)
    expect(runs.caveat).toBe(SAME_SCAN)
    live.stop()
    await running
    expect(live.run?.state).toBe('stopped')
    expect(live.run!.rows.length).toBeGreaterThan(0)
  })

  it('keeps its curves and says why when it fails', async () => {
    const { draft, live, notices, world } = await open(2)
    draft.override('epochs', 2)
    await draft.makePlan()
    world.fail('training.start', new SagittaError('not-finite', 'The loss is not a number (case PH-0002).'))
    await live.start()
    expect(live.run).toMatchObject({ state: 'failed', error: { code: 'not-finite' } })
    expect(live.run!.rows).toHaveLength(2)
    expect(notices.shown.at(-1)).toMatchObject({ tone: 'error', text: 'The loss is not a number (case PH-0002).' })
  })

  it('that failed before it had a folder says why, and hides behind no older run', async () => {
    const { draft, live, runs, world } = await open(2, ({ world: before }) => {
      const past = {
        task: 'unet' as const,
        seconds: 60,
        model: '/m',
        message: null,
        resumable: false,
        best: null,
        state: 'done' as const,
      }
      before.runs = [{ ...past, id: '01', name: 'first', createdAt: '2024-01-01', epochs: { done: 1, of: 1 } }]
    })
    await draft.makePlan()
    world.fail('training.prepare', new SagittaError('disk-full', 'The disk is full.'))
    await live.start()
    expect(runs.isLive).toBe(true)
    expect(runs.shown).toBeNull()
    expect(live.run?.error?.code).toBe('disk-full')
    runs.chosenId = '01'
    expect(runs.isLive).toBe(false)
    expect(runs.shown?.name).toBe('first')
  })

  const cut = (resumable: boolean): RunSummary => ({
    ...{ id: '01', task: 'unet', name: 'first', createdAt: '2024-01-01', seconds: 60, model: '/m', message: null },
    ...{ best: null, state: 'interrupted', epochs: { done: 2, of: 4 }, resumable },
  })

  it('that was cut off goes on where it was, with its curve so far', async () => {
    const { live, runs } = await open(2, ({ world }) => {
      world.runs = [cut(true)]
      world.metrics.set('01', [fakeRow(1, [1]), fakeRow(2, [1])])
    })
    await until(() => runs.rows.length === 2)
    const resumed = runs.resume()
    await until(() => live.isRunning && runs.isLive)
    expect(runs.rows.map(({ epoch }) => epoch).slice(0, 2)).toEqual([1, 2])
    await resumed
    expect(live.run).toMatchObject({ id: '01', state: 'done', name: 'first' })
    expect(runs.rows.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4])
    await until(() => runs.list[0]?.state === 'done')
    expect(runs.list).toHaveLength(1)
  })

  it('that was cut off before a checkpoint stays as it is; changed labels are said by the patient’s name', async () => {
    const { live, runs, world, notices } = await open(2, ({ world: before }) => (before.runs = [cut(false)]))
    await until(() => runs.shown !== null)
    await runs.resume()
    expect(live.run).toBeNull()
    expect(standing(cut(false)).word).toBe('Interrupted at epoch 2')
    const early = { state: 'interrupted' as const, epochs: { done: 0, of: 4 } }
    expect(standing(early).word).toBe('Interrupted in epoch 1')
    expect(standing({ ...early, layers: { count: 2, epochs: 3 } }).word).toBe('Interrupted among its layers')
    world.runs = [cut(true)]
    await runs.load()
    world.fail(
      'training.resume',
      new SagittaError('config-invalid', 'Labels of volume-PH-0001 changed. Start a new run.'),
    )
    await runs.resume()
    expect(notices.shown.at(-1)?.text).toBe('Labels of Anna Phantom changed. Start a new run.')
  })

  it('whose process died says so in its own place; the toast is the shell’s', async () => {
    const { live, runs, notices, world } = await open(2, ({ world: before }) => (before.runs = [cut(true)]))
    await until(() => runs.shown !== null)
    world.fail('training.resume', new SagittaError('service-stopped', 'The training process stopped.'))
    await runs.resume()
    expect(live.run?.error?.code).toBe('service-stopped')
    expect(notices.shown).toEqual([])
  })

  it('of an earlier day is read from its metrics', async () => {
    const { runs } = await open(2, ({ world }) => {
      const past = {
        task: 'unet' as const,
        seconds: 60,
        model: null,
        message: null,
        resumable: false,
        best: null,
        state: 'done' as const,
      }
      world.runs = [
        { ...past, id: '01', name: 'first', createdAt: '2024-01-01', epochs: { done: 3, of: 3 } },
        { ...past, id: '02', name: 'second', createdAt: '2024-01-02', epochs: { done: 1, of: 3 } },
      ]
      world.metrics.set(
        '01',
        [1, 2, 3].map(epoch => fakeRow(epoch, [1])),
      )
      world.metrics.set('02', [fakeRow(1, [1])])
    })
    await until(() => runs.rows.length === 1)
    expect(runs.shown?.name).toBe('second')
    runs.chosenId = '01'
    await until(() => runs.rows.length === 3)
  })
})

describe('messages of a run', () => {
  const blank = { rows: [], log: [], step: null, stage: '', bestEpoch: null } as unknown as LiveRun
  it('add up', () => {
    const row = fakeRow(1, [1])
    const after = [
      { kind: 'stage', stage: 'training', text: 'U-Net' } as const,
      { kind: 'epoch', row, best: true } as const,
      { kind: 'notice', code: 'rare', text: 'Lesion is rare.' } as const,
    ].reduce(advanced, blank)
    expect(after).toMatchObject({ stage: 'U-Net', rows: [row], bestEpoch: 1, log: [{ text: 'Lesion is rare.' }] })
    expect(advanced(after, { kind: 'epoch', row: fakeRow(2, [1]), best: false }).bestEpoch).toBe(1)
  })

  it('count steps of all epochs', () => {
    const step = {
      kind: 'step',
      epochs: 4,
      stepsPerEpoch: 10,
      loss: 1,
      stepMs: 1,
      waitMs: 0,
      secondsLeft: null,
      rssMb: 1,
    } as const
    expect(stepShare({ ...step, epoch: 1, step: 0 })).toBe(0)
    expect(stepShare({ ...step, epoch: 3, step: 5 })).toBe(0.625)
    expect(stepShare({ ...step, epoch: 4, step: 10 })).toBe(1)
  })
})

describe('slice states as runs', () => {
  it('cover everything, equal neighbours joined', () => {
    expect(sliceRuns(['complete', 'complete', 'untouched', 'ignore'])).toEqual([
      { state: 'complete', from: 0, share: 0.5 },
      { state: 'untouched', from: 0.5, share: 0.25 },
      { state: 'ignore', from: 0.75, share: 0.25 },
    ])
    expect(sliceRuns([])).toEqual([])
  })
})
