// @vitest-environment happy-dom
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import type { ModelCard } from '#common/ipc/compute'
import { createFakeApi, FAKE_LABELS } from '../../api/fake'
import { mountWith } from '../../testing/mount'
import { until, type Fake } from '../../testing/stores'
import { useModels, useNotices, useProject, useProposals, useSelection } from '../../stores'
import SegmentPanel from './SegmentPanel.vue'
import { useSegmentCommands } from './commands'
import { modelOptions } from './modelOptions'
import { segmentProgress, useSegment } from './run'

const card: ModelCard = {
  path: '/models/phantom.onnx',
  name: 'Phantom',
  task: 'segmentation',
  segments: true,
  description: '',
  origin: 'bundled',
  labels: [],
  modality: 'CT',
  spacingMm: null,
  caveat: null,
  metrics: { meanDice: 0.92 },
  createdAt: '2024-03-01T00:00:00Z',
  bytes: 1,
}

let wrapper: VueWrapper | null = null
afterEach(() => wrapper?.unmount())

async function open(change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  fake.world.models = [card]
  fake.world.project = {
    ...fake.world.newProject('/projects/abdomen', 'Abdomen', false),
    sources: fake.world.volumes.map(({ info }) => ({
      volumeId: info.id,
      path: info.source,
      status: 'here',
      info,
      labelled: false,
    })),
  }
  change(fake)
  const stores = {} as {
    models: ReturnType<typeof useModels>
    notices: ReturnType<typeof useNotices>
    proposals: ReturnType<typeof useProposals>
    segment: ReturnType<typeof useSegment>
    selection: ReturnType<typeof useSelection>
  }
  wrapper = mountWith(SegmentPanel, {
    fake,
    setup: () => {
      useSegmentCommands()
      Object.assign(stores, {
        models: useModels(),
        notices: useNotices(),
        proposals: useProposals(),
        segment: useSegment(),
        selection: useSelection(),
      })
      void useProject().load()
      void stores.models.load()
    },
  })
  await until(() => stores.models.known && stores.selection.volumeId !== null)
  return { panel: wrapper, fake, ...stores }
}
const test = (id: string): string => `[data-testid=${id}]`

describe('segment panel', () => {
  it('runs the model with one button and shows mL per label of the proposal', async () => {
    const { panel, proposals } = await open()
    await panel.get(test('segment-run')).trigger('click')
    await until(() => panel.find(test('proposal')).exists())
    const rows = panel.findAll('li')
    expect(rows).toHaveLength(proposals.current!.labels.length)
    expect(rows[0]!.text()).toContain(FAKE_LABELS[0]!.name)
    expect(Number(rows[0]!.get(test('proposal-ml')).text().replaceAll('\u202f', ''))).toBeGreaterThan(0)
    expect(proposals.shown).not.toBeNull()
  })

  it('takes only the labels that are ticked, as one step', async () => {
    const { panel, fake, notices, proposals } = await open()
    await panel.get(test('segment-run')).trigger('click')
    await until(() => panel.find(test('proposal')).exists())
    await panel.get('[data-label="1"] [role=checkbox]').trigger('click')
    await panel.get(test('proposal-accept')).trigger('click')
    await until(() => proposals.current === null)
    const state = fake.world.labelMap('volume-PH-0001').state()
    expect(state.counts.map(({ value }) => value)).not.toContain(1)
    expect(state.counts.length).toBeGreaterThan(0)
    expect(state.states.every(slice => slice === 'untouched')).toBe(true)
    expect(state.journalEdits).toBe(1)
    expect(notices.shown.at(-1)?.tone).toBe('ok')
  })

  it('keeps the voxels of a locked label', async () => {
    const { panel, fake, proposals } = await open(({ world }) => {
      const { truth } = world.volumes[0]!.voxels()
      const all = Uint16Array.from(truth, () => 3)
      world.labelMap('volume-PH-0001').replace(all, 'import', 'Import', false)
      world.project!.labels = world.project!.labels.map(label => ({ ...label, locked: label.value === 3 }))
    })
    await panel.get(test('segment-run')).trigger('click')
    await until(() => panel.find(test('proposal')).exists())
    expect(panel.text()).toContain('Locked labels keep their voxels: Lung.')
    await panel.get(test('proposal-accept')).trigger('click')
    await until(() => proposals.current === null)
    expect(new Set(fake.world.labelMap('volume-PH-0001').values)).toEqual(new Set([3]))
  })

  it('leaves the target map alone when discarded', async () => {
    const { panel, fake, proposals } = await open()
    await panel.get(test('segment-run')).trigger('click')
    await until(() => panel.find(test('proposal')).exists())
    await panel.get(test('proposal-discard')).trigger('click')
    await until(() => proposals.current === null)
    expect(fake.world.labelMap('volume-PH-0001').state().journalEdits).toBe(0)
    expect(fake.world.proposals.size).toBe(0)
  })

  it('can be stopped, and then says nothing', async () => {
    const { panel, segment, notices } = await open()
    await panel.get(test('segment-run')).trigger('click')
    await until(() => segment.job !== null)
    segment.job!.stop()
    await until(() => segment.job === null)
    expect(panel.find(test('proposal')).exists()).toBe(false)
    expect(segment.failure).toBeNull()
    expect(notices.history).toEqual([])
  })

  it('keeps the reason in the panel when the model fails, and tries again', async () => {
    const { panel } = await open(({ world }) =>
      world.fail('models.segment', new SagittaError('model-incompatible', 'It was trained on MR.')),
    )
    await panel.get(test('segment-run')).trigger('click')
    await until(() => panel.text().includes('It was trained on MR.'))
    await panel.get('[role=alert] .btn').trigger('click')
    await until(() => panel.find(test('proposal')).exists())
  })

  it('says what to do without a model, and names a broken file', async () => {
    const { panel } = await open(({ world }) => {
      world.models = []
      world.brokenModels = [{ path: '/models/old.onnx', reason: 'old.onnx is no model.' }]
    })
    expect(panel.text()).toContain('No model yet.')
    expect(panel.text()).toContain('old.onnx is no model.')
  })

  it('prefers the newest model that was trained here', async () => {
    const { segment } = await open(({ world }) => {
      world.models = [
        card,
        { ...card, path: '/r/1', origin: 'run', createdAt: '2024-04-01' },
        { ...card, path: '/r/2', origin: 'run', createdAt: '2024-04-02' },
      ]
    })
    expect(segment.model).toBe('/r/2')
    segment.model = '/models/phantom.onnx'
    expect(segment.card?.name).toBe('Phantom')
  })

  it('offers a classifier of pixels, but prefers a network that segments, however old', async () => {
    const pixels: ModelCard = {
      ...{ ...card, path: '/r/3', name: 'Pixels', task: 'classifier', origin: 'run', createdAt: '2024-05-01' },
      metrics: { loss: 0.2, accuracy: 0.95, balancedAccuracy: 0.91 },
    }
    const images: ModelCard = { ...pixels, path: '/r/4', name: 'Images', segments: false }
    const { segment, models } = await open(({ world }) => (world.models = [pixels, images, card]))
    expect(segment.model).toBe('/models/phantom.onnx')
    expect(modelOptions(models.forSegmenting)).toEqual([
      { value: '/r/3', text: 'Pixels', sub: 'trained here · CT · pixel by pixel · balanced accuracy 0.910' },
      { value: '/models/phantom.onnx', text: 'Phantom', sub: 'comes with Sagitta · CT · Dice 0.920' },
    ])
  })
})

it('progress of stages adds up to the whole and never goes back', () => {
  const shares = (['reading', 'preprocessing', 'segmenting', 'writing'] as const).flatMap(stage =>
    [0, 5, 10].map(done => segmentProgress({ stage, done, total: 10, secondsLeft: null }).share!),
  )
  expect(shares).toEqual([...shares].sort((a, b) => a - b))
  expect(shares[0]).toBe(0)
  expect(shares.at(-1)).toBe(1)
})
