// A card as a person wrote it, checked field by field: everything that is missing or odd is said at once, with an example of each.
import { SagittaError } from '#common/errors'
import { IMPORT_CARD_FIELDS, importCardSchema, type ImportCard, type ImportCardField } from '#common/ipc/modelImport'
import type { OnnxModel } from '#models/onnx/index'

const FIELDS = Object.keys(IMPORT_CARD_FIELDS) as ImportCardField[]

/**
 * @param raw what the card file holds; null: there is no card yet.
 * @throws config-invalid; its details carry `missing` and `wrong` (fields), and `card`: what was given, completed by the examples.
 */
export function readCard(raw: unknown, model: OnnxModel, path: string): ImportCard {
  const given = isRecord(raw) ? raw : {}
  const missing = neededFields(given, model).filter(field => given[field] === undefined)
  const wrong = wrongFields(given)
  if (missing.length === 0 && wrong.length === 0) return importCardSchema.parse(given)
  const example = Object.fromEntries(missing.map(field => [field, IMPORT_CARD_FIELDS[field].example]))
  throw new SagittaError(
    'config-invalid',
    [
      `${path} cannot be used before its card says more.`,
      ...(missing.length > 0 ? [`Missing: ${missing.map(explained).join('; ')}.`] : []),
      ...(wrong.length > 0
        ? [`To be corrected: ${wrong.map(({ field, why }) => `${field} (${why})`).join('; ')}.`]
        : []),
      'Nothing was written.',
    ].join(' '),
    { path, missing, wrong, card: { ...given, ...example } },
  )
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const explained = (field: ImportCardField): string =>
  `${field}, e.g. ${JSON.stringify(IMPORT_CARD_FIELDS[field].example)} (${IMPORT_CARD_FIELDS[field].says})`

/** Those without which the answer would be wrong without a sign, and those that this file leaves open. */
function neededFields(given: Record<string, unknown>, { inputs, outputs }: OnnxModel): ImportCardField[] {
  const always = FIELDS.filter(field => !importCardSchema.shape[field].safeParse(undefined).success)
  const input = inputs.find(({ name }) => name === given['input']) ?? inputs[0]
  const axes = typeof given['axes'] === 'string' ? given['axes'] : 'NCHW'
  const size = (letter: string) => input?.shape?.[axes.indexOf(letter)]
  const channels = size('C')
  const open = typeof size('H') !== 'number' || typeof size('W') !== 'number'
  return [
    ...always,
    ...(inputs.length > 1 ? (['input'] as const) : []),
    ...(outputs.length > 1 ? (['output'] as const) : []),
    ...(given['answer'] === 'labels' ? [] : (['activation'] as const)),
    ...(typeof channels === 'number' && channels > 1 ? (['channels'] as const) : []),
    ...(open && given['fit'] === 'resize' ? (['size'] as const) : []),
    ...(open && given['fit'] !== 'resize' ? (['multiple'] as const) : []),
  ]
}

function wrongFields(given: Record<string, unknown>): { field: string; why: string }[] {
  return Object.entries(given).flatMap(([field, value]) => {
    if (value === undefined) return []
    if (!Object.hasOwn(importCardSchema.shape, field)) return [{ field, why: 'there is no such field' }]
    const { error } = importCardSchema.shape[field as ImportCardField].safeParse(value)
    if (!error) return []
    const { example, says } = IMPORT_CARD_FIELDS[field as ImportCardField]
    const { path, message } = error.issues[0]!
    const where = path.length > 0 ? `at ${path.join('.')}: ` : ''
    return [{ field, why: `${where}${message}; ${says}, e.g. ${JSON.stringify(example)}` }]
  })
}
