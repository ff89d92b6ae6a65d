// Situations to look at: what the fake's world holds in each.
import type { ModelCard } from '#common/ipc/compute'
import type { ProjectState, RunSummary } from '#common/ipc/project'
import type { VolumeInfo } from '#common/ipc/volume'
import { SagittaError } from '#common/errors'
import { FAKE_LABELS, fakeCodeRow, fakeRow, type FakeWorld } from '../api/fake'
import { codes } from './codes'
import { crowd } from './crowd'

const card = (part: Partial<ModelCard>): ModelCard => ({
  path: '/app/models/phantom.onnx',
  name: 'Body phantom, abdomen',
  task: 'segmentation',
  segments: true,
  description:
    'Liver, lesions, lungs, spine, spleen and kidneys of the phantom patients. Trained on two, tested on the third.',
  origin: 'bundled',
  labels: FAKE_LABELS.map(({ value, name, color }) => ({ value, name, color })),
  modality: 'CT',
  spacingMm: [1.5, 1.5, 3],
  caveat: null,
  metrics: { meanDice: 0.921, '1': 0.962, '2': 0.781 },
  createdAt: '2024-03-12T10:00:00Z',
  bytes: 4_100_000,
  ...part,
})

const run = (id: string, part: Partial<RunSummary>): RunSummary => ({
  id,
  name: `Run ${id}`,
  createdAt: `2024-03-1${id.slice(-1)}T10:00:00Z`,
  state: 'done',
  epochs: { done: 60, of: 60 },
  task: 'unet',
  best: { epoch: 52, dice: 0.871, loss: 0.263 },
  seconds: 5460,
  model: `/runs/${id}/model.onnx`,
  message: null,
  resumable: false,
  ...part,
})

/** Series that need care, beside the good ones: what scanners and archives really deliver. */
function troubled(info: VolumeInfo): VolumeInfo[] {
  const with_ = (id: string, part: Partial<VolumeInfo>): VolumeInfo => ({ ...info, id, seriesNumber: 9, ...part })
  const verdict = (
    kind: VolumeInfo['verdict']['kind'],
    details: string,
    part: Partial<VolumeInfo['verdict']> = {},
  ) => ({
    ...info.verdict,
    kind,
    details,
    ...part,
  })
  return [
    with_('gaps', {
      description: 'Arterial 1.0, a name so long that it has to end in an ellipsis somewhere',
      verdict: verdict(
        'gaps',
        '2 gaps: 3 mm after IM_0118, 2 mm after IM_0240. Volumes use each slice’s own spacing.',
        {
          files: ['/scans/anna/IM_0118.dcm', '/scans/anna/IM_0119.dcm', '/scans/anna/IM_0240.dcm'],
          gaps: [
            { afterSlice: 18, afterPositionMm: 54, missingMm: 3 },
            { afterSlice: 40, afterPositionMm: 120, missingMm: 2 },
          ],
        },
      ),
      warnings: [
        {
          code: 'truncated',
          message: 'IM_0119.dcm ends after 41 of 96 kB. The other 411 slices are open.',
          files: ['/scans/anna/IM_0119.dcm'],
        },
      ],
    }),
    with_('tilted', {
      description: 'Native 5.0',
      verdict: verdict('tilted', 'Gantry tilt of 12.0 degrees; shown sheared, as scanned.', { tiltDegrees: 12 }),
    }),
    with_('none', {
      description: 'Scout',
      size: [888, 512, 1],
      verdict: verdict('none', 'Single image, measured in pixels.'),
    }),
  ]
}

export function furnish(world: FakeWorld, state: string): void {
  const now = Date.now()
  world.recent = [
    {
      folder: '/home/anna/Documents/Sagitta/abdomen-phantoms',
      name: 'Abdomen phantoms',
      openedAt: new Date(now - 3e6).toISOString(),
      exists: true,
    },
    {
      folder: '/home/anna/Documents/Sagitta/hearts',
      name: 'Short-axis hearts',
      openedAt: new Date(now - 9e7).toISOString(),
      exists: true,
    },
    {
      folder: '/media/backup/nodules-2',
      name: 'Lung nodules, second reader',
      openedAt: '2024-05-09T08:00:00Z',
      exists: false,
    },
  ]
  world.models = [card({})]
  world.chosen.push('/home/anna/.config/Sagitta/sample')
  if (state === 'welcome') return

  const sources: ProjectState['sources'] = world.volumes.map(({ info }) => ({
    volumeId: info.id,
    path: info.source,
    status: 'here',
    info,
    labelled: false,
  }))
  world.project = {
    ...world.newProject('/home/anna/Documents/Sagitta/abdomen-phantoms', 'Abdomen phantoms', state === 'scratch'),
    sources,
  }
  if (state === 'empty') world.project.sources = []
  if (state === 'crowd') crowd(world)
  if (state.startsWith('latent')) codes(world, state, card({}))
  if (state === 'troubled' || state === 'scratch') {
    const [first] = world.volumes
    if (first)
      for (const info of troubled(first.info)) {
        world.volumes.push({ info, voxels: first.voxels })
        sources.push({ volumeId: info.id, path: info.source, status: 'here', info, labelled: false })
      }
    const last = sources[2]
    if (last) sources[2] = { ...last, status: 'moved', path: '/media/backup/chiara' }
    world.project.warnings = [
      {
        code: 'journal-tail',
        message: 'The last edit of Native 5.0 was cut off by a crash and left out; all before it are there.',
        files: [],
      },
    ]
    world.skipped = Array.from({ length: 12 }, (_, at) => ({
      path: `/scans/anna/NOTES_${at}.txt`,
      reason: at < 9 ? 'No DICOM: text' : 'Ends inside the header',
    }))
  }
  if (state === 'label' || state === 'train' || state === 'runs') {
    for (const { info, voxels } of world.volumes)
      world.labelMap(info.id).replace(Uint16Array.from(voxels().truth), 'import', 'Import', true)
    world.project.sources = sources.map(source => ({ ...source, labelled: true }))
  }
  if (state === 'errors') {
    world.fail(
      'study.load',
      new SagittaError(
        'truncated',
        'IM_0119.dcm ends after 41 of 96 kB (JPEG 2000). The other 411 slices are open and your labels untouched. Copy it again from the source.',
        { path: '/scans/anna/IM_0119.dcm', bytes: 41_000 },
      ),
    )
    world.fail(
      'models.segment',
      new SagittaError('too-much-memory', 'This needs 5.1 GB and 4.0 GB are allowed. A patch of 256 fits.', {
        neededMb: 5100,
        allowedMb: 4000,
      }),
    )
    world.fail(
      'training.plan',
      new SagittaError(
        'config-invalid',
        'The cases have different units: HU and none. Choose cases of one modality.',
        {},
      ),
    )
    world.brokenModels = [
      {
        path: '/models/old.onnx',
        reason: 'old.onnx is no model: it ends after 12 of 4100 kB. Copy it again or remove it.',
      },
    ]
    world.blocked = 2
    const [first] = world.volumes
    if (first) world.labelMap(first.info.id).replace(Uint16Array.from(first.voxels().truth), 'import', 'Import', true)
    world.project.sources = sources.map((source, at) => ({ ...source, labelled: at === 0 }))
  }
  if (state === 'runs') {
    world.runs = [
      run('03', { name: '3-D, spacing 2 × 2 × 5 mm', best: { epoch: 60, dice: 0.842, loss: 0.31 }, seconds: 11520 }),
      run('04', {
        name: 'without elastic deformation',
        state: 'stopped',
        epochs: { done: 41, of: 60 },
        seconds: 3840,
        best: { epoch: 39, dice: 0.866, loss: 0.28 },
      }),
      run('05', {
        name: 'learning rate 0.1',
        state: 'failed',
        epochs: { done: 3, of: 60 },
        best: null,
        model: null,
        seconds: 300,
        message:
          'Training stopped at epoch 3, batch 17: the loss is not a number (case PH-0019). The model of epoch 2 is kept.',
      }),
      run('06', { name: 'first self-configured' }),
    ]
    for (const { id, epochs } of world.runs)
      world.metrics.set(
        id,
        Array.from({ length: epochs.done }, (_, at) => fakeRow(at + 1, [1, 2, 3, 4, 5, 6])),
      )
    world.models = [
      ...world.models,
      card({
        path: '/runs/06/model.onnx',
        name: 'first self-configured',
        origin: 'run',
        caveat: null,
        metrics: { meanDice: 0.871 },
      }),
    ]
  }
  if (state === 'code-runs') {
    const pca = { components: 16, fittedOn: 208, trainingImages: 208, error: 83.7, term: 'reconstruction' } as const
    world.runs = [
      run('02', {
        ...{ name: 'overnight', state: 'interrupted', epochs: { done: 23, of: 60 }, resumable: true },
        best: { epoch: 22, dice: 0.812, loss: 0.34 },
      }),
      run('03', { name: 'first self-configured' }),
      run('04', {
        ...{ name: 'beta 400, from before', task: 'vae', epochs: { done: 30, of: 30 }, seconds: 60 },
        best: { epoch: 30, dice: null, loss: 218.4 },
      }),
      run('05', {
        ...{ name: '4096-256-16, at once', task: 'autoencoder', epochs: { done: 40, of: 40 }, seconds: 110, pca },
        best: { epoch: 40, dice: null, loss: 66.1, squaredError: 66.1 },
      }),
      run('06', {
        ...{ name: '4096-256-16, layer by layer', task: 'layerwise', epochs: { done: 40, of: 40 }, seconds: 140, pca },
        best: { epoch: 38, dice: null, loss: 62.3, squaredError: 62.3 },
      }),
      run('07', {
        ...{ name: 'slices, 16 units', task: 'vae', epochs: { done: 100, of: 100 }, seconds: 96, pca },
        best: { epoch: 97, dice: null, loss: 71.8, squaredError: 59.4 },
      }),
    ]
    const rows = (count: number, task: 'vae' | 'autoencoder' | 'layerwise', silent?: number) =>
      Array.from({ length: count }, (_, at) => fakeCodeRow(at + 1, task, 16, silent))
    for (const [id, epochs] of [
      ['02', 23],
      ['03', 60],
    ] as const)
      world.metrics.set(
        id,
        Array.from({ length: epochs }, (_, at) => fakeRow(at + 1, [1, 2, 3, 4, 5, 6])),
      )
    world.curves.set('04', [{ stage: 'whole', rows: rows(30, 'vae', 16) }])
    world.curves.set('05', [{ stage: 'whole', rows: rows(40, 'autoencoder') }])
    world.curves.set('06', [
      { stage: 'layer-1', rows: rows(20, 'layerwise') },
      { stage: 'layer-2', rows: rows(20, 'layerwise') },
      { stage: 'layer-3', rows: rows(20, 'layerwise') },
      { stage: 'whole', rows: rows(40, 'layerwise') },
    ])
    world.curves.set('07', [{ stage: 'whole', rows: rows(100, 'vae') }])
  }
}
