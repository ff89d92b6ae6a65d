// What every program asks of its batch.
import { ModelError } from '../errors'

/** @throws ModelError config-invalid for an empty or fractional batch. */
export function checkBatch(batch: number): void {
  if (!(Number.isSafeInteger(batch) && batch > 0))
    throw new ModelError('config-invalid', `A batch needs at least one image and has ${batch}.`, { batch })
}
