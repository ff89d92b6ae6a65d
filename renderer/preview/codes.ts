// Situations of the latent workspace: no model, models of codes, codes by the ten thousand, and what can go wrong.
import { SagittaError } from '#common/errors'
import type { ModelCard } from '#common/ipc/compute'
import { latentModel, type FakeWorld } from '../api/fake'

const LONG =
  'Autoencoder of all abdominal slices of the second reader, 64 × 64, without regularisation, run again with another seed'

export function codes(world: FakeWorld, state: string, card: ModelCard): void {
  for (const { info, voxels } of world.volumes)
    world.labelMap(info.id).replace(Uint16Array.from(voxels().truth), 'import', 'Import', true)
  if (world.project) world.project.sources = world.project.sources.map(source => ({ ...source, labelled: true }))
  if (state === 'latent-none') return
  world.latentModels = [
    latentModel({ shape: [1, 24, 24], units: 16 }),
    latentModel({
      ...{ model: '/runs/11/model.onnx', name: LONG, task: 'autoencoder', covariance: null, shape: [1, 24, 24] },
      ...{ units: 16, createdAt: '2024-03-10T10:00:00Z', metrics: { loss: 40.2, error: 40.2, kl: null } },
    }),
  ]
  world.models = [
    ...world.models,
    ...world.latentModels.map(({ model, name, task, description, createdAt }): ModelCard => ({
      ...card,
      ...{ path: model, name, task, segments: false, description, origin: 'run', labels: [], createdAt, metrics: {} },
    })),
  ]
  if (state === 'latent-many') world.codeCopies = 280
  if (state === 'latent-errors') {
    const failed = (what: string): SagittaError =>
      new SagittaError('internal', `${what} stopped: the compute service ended unexpectedly. Try again.`, {})
    for (const call of ['latent.decode', 'latent.project', 'latent.regularity', 'latent.anomaly'])
      world.fail(call, failed(call))
  }
  if (state === 'latent-refused')
    world.fail(
      'latent.encode',
      new SagittaError(
        'model-incompatible',
        'model.onnx lies without its encoder.onnx, so images can’t be coded. Copy the whole run folder.',
        { path: '/runs/12/model.onnx' },
      ),
    )
}
