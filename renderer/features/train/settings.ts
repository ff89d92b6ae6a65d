// Which settings of a plan a person may set here, and how. Pure.
import type { Overrides, Plan } from './draft'

export interface EditableSetting {
  readonly key: 'epochs' | 'batch' | 'stepsPerEpoch' | 'maxSeconds' | 'seed'
  readonly min: number
  readonly max: number
  readonly unit?: string
}

export const EDITABLE: readonly EditableSetting[] = [
  { key: 'epochs', min: 1, max: 2000 },
  { key: 'stepsPerEpoch', min: 1, max: 5000 },
  { key: 'batch', min: 1, max: 64 },
  { key: 'maxSeconds', min: 10, max: 604_800, unit: 's' },
  { key: 'seed', min: 0, max: 2_147_483_647 },
]

export interface SettingRow {
  readonly key: string
  readonly name: string
  readonly value: string
  readonly reason: string
  readonly editable: EditableSetting | null
  /** Number to start editing from. */
  readonly number: number | null
  /** A person changed it. */
  readonly yours: boolean
}

const NAMES: Readonly<Record<string, string>> = {
  epochs: 'Epochs',
  steps: 'Schedule',
  stepsPerEpoch: 'Batches an epoch',
  batch: 'Batch',
  maxSeconds: 'Time limit',
  seed: 'Seed',
}

/** "clip" is "Clip", "lossWeights" is "Loss weights". */
export const settingName = (key: string): string =>
  NAMES[key] ??
  (([first = '', ...rest]) => first.toUpperCase() + rest.join(''))(
    key.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`).replace(/[._-]/g, ' '),
  )

const UNSET: Readonly<Record<EditableSetting['key'], string>> = {
  epochs: '',
  batch: '',
  stepsPerEpoch: 'from the data',
  maxSeconds: 'none',
  seed: '',
}

const valueText = ({ key, unit }: EditableSetting, value: number | null): string =>
  value === null ? UNSET[key] : [value, unit].filter(part => part !== undefined).join(' ')

/** What can be changed first, then what was chosen from the data; reasons as the plan gives them. */
export function settingRows(plan: Plan, overrides: Overrides): SettingRow[] {
  const told = new Map(plan.settings.map(setting => [setting.key, setting]))
  const knobs = EDITABLE.map(
    setting =>
      told.get(setting.key) ?? { key: setting.key, value: valueText(setting, plan.config[setting.key]), reason: '' },
  )
  const chosen = plan.settings.filter(({ key }) => !EDITABLE.some(setting => setting.key === key))
  return [...knobs, ...chosen].map(row => {
    const editable = EDITABLE.find(({ key }) => key === row.key) ?? null
    return {
      ...row,
      name: settingName(row.key),
      editable,
      number: editable ? (plan.config[editable.key] ?? editable.min) : null,
      yours: editable !== null && overrides[editable.key] !== undefined,
    }
  })
}
