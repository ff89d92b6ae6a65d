// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import { createFakeApi, SAMPLE_FOLDER } from '../api/fake'
import { inApp, until, withStores } from '../testing/stores'
import { useDialogs } from './dialogs'
import { scanProgress, useIntake } from './intake'
import { useJobs } from './jobs'
import { useMachine } from './machine'
import { useNotices } from './notices'
import { useProject } from './project'
import { useSelection } from './selection'
import { useVolumes } from './volumes'

const open = (fake = createFakeApi()) => {
  const stores = withStores(fake)
  return inApp(stores, () => ({
    ...fake,
    intake: useIntake(),
    jobs: useJobs(),
    machine: useMachine(),
    notices: useNotices(),
    project: useProject(),
    selection: useSelection(),
    dialogs: useDialogs(),
    volumes: useVolumes(),
  }))
}

describe('scan progress', () => {
  it('has no share before the folder was walked, and counts in words', () => {
    const value = { filesSeen: 812, filesRead: 800, skipped: 12, series: 3, totalFiles: null }
    expect(scanProgress(value)).toMatchObject({ share: null, text: '812 files, 3 series, 12 skipped' })
    expect(scanProgress({ ...value, totalFiles: 1624, skipped: 0 })).toMatchObject({
      share: 0.5,
      text: '812 of 1\u202f624 files, 3 series',
    })
  })
})

describe('bringing scans in', () => {
  it('makes a scratch workspace, selects the first new series and reads it', async () => {
    const { intake, project, selection, volumes } = open()
    await intake.openSample()
    expect(project.state).toMatchObject({ scratch: true })
    expect(project.sources).toHaveLength(3)
    expect(selection.volumeId).toBe(project.sources[0]!.volumeId)
    expect(selection.k).toBe(4)
    await until(() => volumes.stateOf(selection.volumeId!).kind === 'ready')
    expect(intake.sampleOf(project.sources[1]!.path)?.patientId).toBe('PH-0002')
    expect(intake.sampleOf('/elsewhere')).toBeNull()
  })

  it('opens the first patient of the sample while the others are made, and stays with it', async () => {
    const fake = createFakeApi({ stepMs: 1 })
    const { intake, jobs, project, selection } = open(fake)
    const opening = intake.openSample()
    await until(() => selection.volumeId !== null)
    expect(project.sources).toHaveLength(1)
    expect(jobs.running.map(job => job.kind)).toContain('sample')
    const [first] = project.sources
    await intake.openSample()
    await opening
    expect(project.sources).toHaveLength(3)
    expect(selection.volumeId).toBe(first!.volumeId)
    expect(intake.samples.map(sample => sample.patientId)).toEqual(['PH-0001', 'PH-0002', 'PH-0003'])
  })

  it('keeps the patients that were ready when making the sample is stopped or fails', async () => {
    const stopped = open(createFakeApi({ stepMs: 1 }))
    const opening = stopped.intake.openSample()
    await until(() => stopped.project.sources.length === 1)
    stopped.jobs.running.find(job => job.kind === 'sample')!.stop()
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' })
    expect(stopped.project.sources).toHaveLength(1)

    const fake = createFakeApi()
    fake.world.fail('study.sample.PH-0002', new SagittaError('disk-full', 'The disk is full.'))
    const full = open(fake)
    await expect(full.intake.openSample()).rejects.toMatchObject({ code: 'disk-full' })
    await until(() => full.project.sources.length === 1)
  })

  it('says when the sample is open already', async () => {
    const { intake, notices } = open()
    await intake.openSample()
    await intake.openSample()
    expect(notices.shown.at(-1)).toMatchObject({ tone: 'info', text: 'Nothing new in the sample study.' })
  })

  it('knows the sample’s ground truth again in a project of an earlier day', async () => {
    const fake = createFakeApi()
    await open(fake).intake.openSample()
    const later = open(fake)
    await later.machine.load()
    await later.project.load()
    await until(() => later.intake.samples.length === 3)
    expect(later.intake.sampleOf(later.project.sources[0]!.path)?.patientId).toBe('PH-0001')
  })

  it('says how many files were left out, and shows which', async () => {
    const fake = createFakeApi()
    fake.world.skipped = [{ path: '/scans/notes.txt', reason: 'No DICOM: text' }]
    const { intake, notices, dialogs } = open(fake)
    await intake.add([SAMPLE_FOLDER])
    expect(notices.shown[0]).toMatchObject({ tone: 'warn', text: '1 file skipped.', sub: '3 series added.' })
    await notices.shown[0]!.action?.run()
    expect(dialogs.current).toEqual({ name: 'skipped', paths: [SAMPLE_FOLDER] })
    expect(await intake.skippedIn([SAMPLE_FOLDER])).toEqual(fake.world.skipped)
  })

  it('says when a folder brought nothing new', async () => {
    const { intake, notices } = open()
    await intake.add([SAMPLE_FOLDER])
    await intake.add([SAMPLE_FOLDER])
    expect(notices.shown.at(-1)).toMatchObject({ tone: 'info', text: 'Nothing new in sample.' })
  })

  it('passes on why a folder can’t be added', async () => {
    const { intake } = open()
    await expect(intake.add(['/empty'])).rejects.toMatchObject({ code: 'no-images' })
  })

  it('finds a moved source again', async () => {
    const fake = createFakeApi()
    const { intake, project, notices } = open(fake)
    await intake.openSample()
    const [first] = project.sources
    fake.world.project = {
      ...fake.world.openProject(),
      sources: project.sources.map(source => (source === first ? { ...source, status: 'moved' } : source)),
    }
    await project.load()
    fake.world.chosen.push('/elsewhere', SAMPLE_FOLDER)
    await intake.locate(first!.volumeId)
    expect(notices.shown.at(-1)).toMatchObject({ tone: 'warn', text: 'This series is not in elsewhere.' })
    await intake.locate(first!.volumeId)
    expect(notices.shown.at(-1)).toMatchObject({ tone: 'ok', text: 'Found. Its labels are as they were.' })
    expect(project.sourceById.get(first!.volumeId)?.status).toBe('here')
  })
})

describe('reading a volume', () => {
  it('keeps why it failed, and reads again on request', async () => {
    const fake = createFakeApi()
    fake.world.fail('study.load', new SagittaError('truncated', 'IM_0119.dcm ends after 41 of 96 kB.'))
    const { intake, selection, volumes } = open(fake)
    await intake.openSample()
    const id = selection.volumeId!
    await until(() => volumes.stateOf(id).kind === 'failed')
    expect(volumes.stateOf(id)).toMatchObject({ error: { code: 'truncated' } })
    volumes.retry()
    await until(() => volumes.stateOf(id).kind === 'ready')
  })
})
