// @vitest-environment happy-dom
// A run beside principal components: the words of its table and figures, and the table as it is drawn.
import { describe, expect, it } from 'vitest'
import type { RunSummary } from '#common/ipc/project'
import type { PcaError } from '#common/project/latentFiles'
import { createFakeApi, fakeCodeRow } from '../../api/fake'
import { useProject } from '../../stores'
import { mountWith } from '../../testing/mount'
import { until } from '../../testing/stores'
import RunsTable from './RunsTable.vue'
import { bestOf, besidePca, pcaLevel, pcaTold } from './pca'

const pca: PcaError = { components: 16, fittedOn: 208, trainingImages: 208, error: 83.72, term: 'reconstruction' }
const nats: PcaError = { ...pca, term: 'squaredError' }

describe('a run beside principal components', () => {
  const best = { epoch: 3, dice: null, loss: 71.84 }

  it('is judged by its squared error, where that was measured; else by its loss', () => {
    expect(bestOf({ task: 'vae', best: { ...best, squaredError: 59.44 } })).toBe('error 59.4')
    expect(bestOf({ task: 'vae', best })).toBe('loss 71.8')
    expect(bestOf({ task: 'classifier', best })).toBe('loss 71.8')
    expect(bestOf({ task: 'classifier', best: { ...best, balancedAccuracy: 0.9121 } })).toBe('bal. 0.912')
    expect(bestOf({ task: 'unet', best: { ...best, dice: 0.8712 } })).toBe('Dice 0.871')
    expect(bestOf({ task: 'vae', best: null })).toBe('–')
  })

  it('says how many images the components rest on', () => {
    expect(pcaTold(pca)).toMatch(
      /^16 principal components leave a squared error of 83\.7 .* fitted on all 208 training images/,
    )
    expect(pcaTold({ ...pca, fittedOn: 17_438, trainingImages: 20_000 })).toMatch(
      /17\u202f438 drawn from 20\u202f000 training/,
    )
  })

  it('is never set beside a cross entropy', () => {
    expect(pcaLevel(pca)).toEqual({ value: 83.72, text: 'PCA-16' })
    expect(pcaLevel(nats)).toBeNull()
    expect(pcaLevel(undefined)).toBeNull()
    const row = fakeCodeRow(4, 'vae', 16)
    const both = { ...row, validation: { ...row.validation, terms: { reconstruction: 300, squaredError: 61.25 } } }
    expect(besidePca(pca, [row])).toBe('PCA-16 83.7')
    expect(besidePca({ ...pca, fittedOn: 100 }, [row])).toBe('PCA-16 83.7, of a sample')
    expect(besidePca(nats, [both])).toBe('squared 61.3, PCA-16 83.7')
    expect(besidePca(nats, [row])).toBe('squared: PCA-16 83.7')
  })
})

it('a stack trained layer by layer, the same at once and an older run stand in one table, error and PCA in the same columns', async () => {
  const fake = createFakeApi()
  const run = (id: string, task: RunSummary['task'], part: Partial<RunSummary>): RunSummary => ({
    ...{ id, task, name: id, createdAt: `2024-03-0${fake.world.runs.length + 1}T10:00:00Z`, state: 'done' },
    ...{ epochs: { done: 4, of: 4 }, best: null, seconds: 8, resumable: false, model: null, message: null },
    ...part,
  })
  const best = { epoch: 4, dice: null, loss: 70 }
  fake.world.runs = [
    run('older', 'vae', { best }),
    run('at once', 'autoencoder', { best: { ...best, squaredError: 66.1 }, pca }),
    run('layers', 'layerwise', { best: { ...best, squaredError: 62.3 }, pca }),
  ]
  fake.world.project = fake.world.newProject('/projects/abdomen', 'Abdomen', false)
  const wrapper = mountWith(RunsTable, { fake, setup: () => void useProject().load() })
  await until(() => wrapper.findAll('tbody tr').length === 3)
  const headings = wrapper.findAll('th').map(heading => heading.text())
  const cells = (name: string, ...columns: string[]) => {
    const row = wrapper.findAll('tbody tr').find(found => found.text().includes(name))!
    return columns.map(column => row.findAll('td')[headings.indexOf(column)]!.text())
  }
  expect(cells('layers', 'Trains', 'Best', 'To compare')).toEqual(['Layerwise', 'error 62.3', 'PCA-16 83.7'])
  expect(cells('at once', 'Trains', 'Best', 'To compare')).toEqual(['Autoencoder', 'error 66.1', 'PCA-16 83.7'])
  expect(cells('older', 'Trains', 'Best', 'To compare')).toEqual(['VAE', 'loss 70.0', '–'])
  wrapper.unmount()
})
