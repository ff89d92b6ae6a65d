// What the app asks for as a training config, and the plan of a run made from it.
import type { z } from 'zod'
import type { engineContract } from '#common/ipc/engine'
import { trainConfigSchema, type TrainConfig } from '#common/ipc/training'
import { planRun, refusalsOf } from '../selfConfigure/planRun'

type PlanInput = z.output<(typeof engineContract)['entries']['plan']['input']>
type PlanOutput = z.input<(typeof engineContract)['entries']['plan']['output']>

export function planRequest(input: PlanInput): PlanOutput {
  const config = configOf(input)
  const { plan, refusals } = refusalsOf(() =>
    planRun(
      config,
      input.cases.map(({ fingerprint }) => fingerprint),
    ),
  )
  const validates = new Set(
    plan && plan.split.mode !== 'within-study' ? plan.split.validation.map(({ caseIndex }) => caseIndex) : [],
  )
  return {
    config: plan?.config ?? config,
    settings: plan ? [...plan.settings] : [],
    parts: input.cases.map((_, n) => (validates.has(n) ? 'validation' : 'train')),
    parameters: plan?.parameters ?? 0,
    estimatedMb: plan?.estimatedMb ?? 0,
    refusals,
    notices: plan ? [...plan.notices] : [],
  }
}

/** Volumes stand for files here: the study service prepares them, and training reads only what it prepared. */
function configOf({ request, modality, labels, cases }: PlanInput): TrainConfig {
  const { name, splitMode, overrides } = request
  return trainConfigSchema.parse({
    ...overrides,
    task: 'unet',
    name,
    dataset: {
      cases: cases.map(({ volumeId, patient }) => ({ id: volumeId, patient, image: volumeId, labels: volumeId })),
      labels,
      modality,
    },
    split: { mode: splitMode, seed: overrides.seed ?? 0 },
  })
}
