// Errors of models/ as errors of the app: same codes, same words. Refused configs name the field.
import { z } from 'zod'
import { SagittaError } from '#common/errors'
import { ModelError } from '#models/errors'

/** Runs `build` and lets its errors cross over. */
export function asAppErrors<T>(build: () => T): T {
  try {
    return build()
  } catch (thrown) {
    if (thrown instanceof ModelError)
      throw new SagittaError(thrown.code, thrown.message, thrown.details, { cause: thrown })
    if (thrown instanceof z.ZodError)
      throw new SagittaError('config-invalid', `The run's config cannot be used: ${z.prettifyError(thrown)}`, {
        issues: thrown.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      })
    throw thrown
  }
}
