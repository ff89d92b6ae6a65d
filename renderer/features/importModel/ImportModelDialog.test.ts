// @vitest-environment happy-dom
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { SagittaError } from '#common/errors'
import { createFakeApi } from '../../api/fake'
import { mountWith } from '../../testing/mount'
import { until, type Fake } from '../../testing/stores'
import { useDialogs, useModels, useNotices } from '../../stores'
import { useSegment } from '../segment'
import ImportModelDialog from './ImportModelDialog.vue'
import { useImporting } from './importing'

let wrapper: VueWrapper | null = null
afterEach(() => wrapper?.unmount())

async function open(change: (fake: Fake) => void = () => undefined) {
  const fake = createFakeApi()
  change(fake)
  const stores = {} as {
    dialogs: ReturnType<typeof useDialogs>
    importing: ReturnType<typeof useImporting>
    models: ReturnType<typeof useModels>
    notices: ReturnType<typeof useNotices>
    segment: ReturnType<typeof useSegment>
  }
  wrapper = mountWith(ImportModelDialog, {
    fake,
    props: { file: '/models/lung-unet.onnx' },
    setup: () => {
      Object.assign(stores, { dialogs: useDialogs(), importing: useImporting(), models: useModels() })
      Object.assign(stores, { notices: useNotices(), segment: useSegment() })
    },
  })
  await until(() => stores.importing.model !== null || stores.importing.error !== null)
  return { fake, ...stores }
}
/** The dialog is teleported. */
const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role=dialog]')!
const line = (field: string): HTMLElement => document.querySelector<HTMLElement>(`[data-field=${field}]`)!
const run = (): void => document.querySelector<HTMLElement>('[data-testid=import-run]')!.click()

function fill({ draft }: ReturnType<typeof useImporting>): void {
  Object.assign(draft!, {
    ...{ modality: 'CT', licence: 'MIT', source: 'A. Author', axes: 'NCHW', orientation: 'LPS', spacing: 'scan' },
    ...{ clip: 'none', scaling: 'z-score' },
  })
  draft!.labels.forEach((row, n) => (row.name = ['background', 'left lung', 'right lung'][n]!))
}

describe('import dialog', () => {
  it('shows what the file tells, and how', async () => {
    await open()
    await until(() => dialog().textContent.includes('written by pytorch 2.4.1'))
    expect(line('answer').textContent).toContain('Probabilities')
    expect(line('answer').textContent).toContain('its last step is Softmax')
    expect(line('labels').querySelectorAll('tbody tr')).toHaveLength(3)
    expect(dialog().querySelectorAll('[data-problem]')).toHaveLength(0)
  })

  it('says at each field what is missing once somebody tries, and goes to the first', async () => {
    const { importing } = await open()
    await until(() => document.querySelector('[data-testid=import-form]') !== null)
    run()
    await until(() => dialog().querySelectorAll('[data-problem]').length > 0)
    expect(line('licence').querySelector('[role=alert]')!.textContent).toContain('under which terms')
    expect(line('name').querySelector('[role=alert]')).toBeNull()
    expect(dialog().textContent).toContain('9 fields need another look')
    await until(() => line('modality').contains(document.activeElement))
    importing.draft!.licence = 'MIT'
    await until(() => line('licence').querySelector('[role=alert]') === null)
  })

  it('takes the model in, chooses it, and shows its card', async () => {
    const { importing, dialogs, models, notices, segment, fake } = await open()
    fill(importing)
    run()
    await until(() => dialogs.current?.name === 'model-card')
    expect(models.forSegmenting.map(({ name }) => name)).toEqual(['lung-unet'])
    expect(segment.model).toBe(fake.world.models[0]!.path)
    expect(notices.shown.at(-1)).toMatchObject({ tone: 'ok', text: 'lung-unet is in the list of models.' })
    expect(importing.model).toBeNull()
  })

  it('puts what the import finds at the fields it is about', async () => {
    const { importing } = await open(({ world }) =>
      world.fail(
        'models.import',
        new SagittaError('model-incompatible', 'They do not fit.', {
          problems: [{ field: 'answer', text: 'It answers from -3.1 to 4.0: logits, not probabilities.' }],
        }),
      ),
    )
    fill(importing)
    run()
    await until(() => line('answer').querySelector('[role=alert]')?.textContent.includes('logits') ?? false)
    expect(dialog().querySelector('.fail')).toBeNull()
    importing.draft!.answer = 'logits'
    await until(() => line('answer').querySelector('[role=alert]') === null)
  })

  it('keeps any other reason in the dialog, and what was typed when it is closed', async () => {
    const { importing } = await open(({ world }) =>
      world.fail('models.import', new SagittaError('not-finite', 'It answered with NaN.')),
    )
    fill(importing)
    run()
    await until(() => dialog().textContent.includes('It answered with NaN.'))
    await importing.open('/models/lung-unet.onnx')
    expect(importing.draft?.licence).toBe('MIT')
  })

  it('names a file that is no model', async () => {
    await open(({ world }) => world.fail('models.inspect', new SagittaError('model-invalid', 'x.onnx is not a model.')))
    await until(() => dialog().textContent.includes('x.onnx is not a model.'))
    expect(document.querySelector('[data-testid=import-run]')!.getAttribute('aria-disabled')).toBe('true')
  })

  it('says why a network can not be taken, without a form', async () => {
    await open(({ world }) => (world.foreign = { refusals: ['It is of a 3-D network.'] }))
    await until(() => dialog().textContent.includes('It is of a 3-D network.'))
    expect(document.querySelector('[data-testid=import-form]')).toBeNull()
  })

  it('takes a model with a card of its own as it is', async () => {
    const { dialogs, importing } = await open(({ world }) => {
      world.foreign = {
        own: {
          ...{ path: '/models/lung-unet.onnx', name: 'Lung', task: 'segmentation', description: 'Lungs in CT.' },
          ...{
            segments: true,
            origin: 'imported',
            labels: [],
            modality: 'CT',
            spacingMm: null,
            caveat: null,
            metrics: {},
          },
          ...{ createdAt: '2026-01-01T00:00:00Z', bytes: 1 },
        },
      }
    })
    await until(() => dialog().textContent.includes('carries its card'))
    expect(importing.draft).toBeNull()
    run()
    await until(() => dialogs.current?.name === 'model-card')
  })
})
