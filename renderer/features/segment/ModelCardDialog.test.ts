// @vitest-environment happy-dom
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import type { ModelCard } from '#common/ipc/compute'
import { createFakeApi } from '../../api/fake'
import { mountWith } from '../../testing/mount'
import { until, type Fake } from '../../testing/stores'
import { useDialogs, useModels, useNotices } from '../../stores'
import ModelCardDialog from './ModelCardDialog.vue'

const card = (origin: ModelCard['origin']): ModelCard => ({
  ...{ path: '/models/lung.onnx', name: 'Lung', task: 'segmentation', segments: true },
  ...{ description: 'Lungs in CT.', origin },
  ...{ labels: [{ value: 1, name: 'Lung', color: '#56b4e9' }], modality: 'CT', spacingMm: [1, 1, 3] },
  ...{ caveat: 'made elsewhere', metrics: { meanDice: 0.9 }, createdAt: '2024-03-01T00:00:00Z', bytes: 1 },
})

let wrapper: VueWrapper | null = null
afterEach(() => wrapper?.unmount())

async function open(origin: ModelCard['origin'], change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  fake.world.models = [card(origin)]
  change(fake)
  const stores = {} as {
    dialogs: ReturnType<typeof useDialogs>
    models: ReturnType<typeof useModels>
    notices: ReturnType<typeof useNotices>
  }
  wrapper = mountWith(ModelCardDialog, {
    fake,
    props: { path: '/models/lung.onnx' },
    setup: () => {
      Object.assign(stores, { dialogs: useDialogs(), models: useModels(), notices: useNotices() })
      stores.dialogs.show({ name: 'model-card', path: '/models/lung.onnx' })
      void stores.models.load()
    },
  })
  await until(() => document.body.textContent.includes('Lungs in CT.'))
  return { ...fake, ...stores }
}
const remove = (): HTMLElement | null => document.querySelector('[data-testid=remove-model]')

it('an imported model is removed, and brought back', async () => {
  const { dialogs, models, notices } = await open('imported')
  remove()!.click()
  await until(() => models.cards.length === 0)
  await until(() => dialogs.current === null)
  const told = notices.shown.at(-1)!
  expect(told).toMatchObject({ tone: 'undo', text: 'Lung removed from the list of models.' })
  await told.action!.run()
  expect(models.cards).toHaveLength(1)
})

it('stays open, with the reason, when it can not be removed', async () => {
  const { dialogs, models, notices } = await open('imported', ({ world }) =>
    world.fail('models.remove', new SagittaError('not-writable', 'It is being used.')),
  )
  remove()!.click()
  await until(() => notices.shown.length > 0)
  expect(notices.shown[0]?.text).toBe('It is being used.')
  expect([dialogs.current?.name, models.cards.length]).toEqual(['model-card', 1])
})

it.each(['bundled', 'run'] as const)('a model of another origin is not removed here: %s', async origin => {
  await open(origin)
  expect(remove()).toBeNull()
})
