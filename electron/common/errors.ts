// The one error type that crosses rooms and processes: what happened, to which thing, and the way out (DESIGN §4).
import { z } from 'zod'

/**
 * Every code the app can answer with. Codes are stable (scripts match on them); messages are for people.
 * Grouped by the room that raises them.
 */
export const ERROR_CODES = [
  // files and folders
  'not-found',
  'not-readable',
  'not-writable',
  'disk-full',
  'corrupt-file',
  'no-images',
  'unsupported-format',
  // DICOM
  'not-dicom',
  'truncated',
  'unsupported-transfer-syntax',
  'decode-failed',
  'no-pixels',
  'no-geometry',
  'volume-unknown',
  'volume-too-large',
  // labels and projects
  'label-unknown',
  'label-locked',
  'grid-mismatch',
  'project-locked',
  'project-corrupt',
  'project-too-new',
  'source-moved',
  'nothing-to-undo',
  // graphs and models
  'shape-mismatch',
  'graph-invalid',
  'config-invalid',
  'model-invalid',
  'model-incompatible',
  'too-much-memory',
  // training
  'split-overlap',
  'no-training-data',
  'label-values-unexpected',
  'not-finite',
  'provider-unavailable',
  // processes
  'cancelled',
  'service-stopped',
  'request-invalid',
  'internal',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** Facts a caller may act on: file names, tensor names, numbers. Never patient names. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** The wire and JSON form. */
export const errorJsonSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  details: z.record(z.string(), z.unknown()),
})
export type ErrorJson = z.infer<typeof errorJsonSchema>

export class SagittaError extends Error {
  override readonly name = 'SagittaError'

  /**
   * @param message one or two sentences: what happened, to which file or tensor, what still holds, what to do.
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }

  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, details: { ...this.details } }
  }

  static fromJSON(json: ErrorJson): SagittaError {
    return new SagittaError(json.code, json.message, json.details)
  }
}

const NODE_CODES: Readonly<Record<string, { code: ErrorCode; says: (path: string) => string }>> = {
  ENOENT: { code: 'not-found', says: path => `${path} does not exist. It may have been moved or renamed.` },
  EACCES: {
    code: 'not-readable',
    says: path => `${path} may not be accessed by this user. Change its permissions or choose another folder.`,
  },
  EPERM: {
    code: 'not-readable',
    says: path => `${path} may not be accessed by this user. Change its permissions or choose another folder.`,
  },
  EROFS: { code: 'not-writable', says: path => `${path} is on a read-only disk. Choose another folder.` },
  ENOSPC: {
    code: 'disk-full',
    says: path =>
      `The disk is full: ${path} could not be written. What was saved before still holds. Free some space and try again.`,
  },
  EDQUOT: {
    code: 'disk-full',
    says: path =>
      `The disk quota is used up: ${path} could not be written. What was saved before still holds. Free some space and try again.`,
  },
  ENOTDIR: { code: 'not-found', says: path => `${path} is not a folder.` },
  EISDIR: { code: 'not-readable', says: path => `${path} is a folder, not a file.` },
}

/** Any thrown value as a SagittaError: ours unchanged, Node's file errors by their code, the rest as `internal`. */
export function asSagittaError(thrown: unknown): SagittaError {
  if (thrown instanceof SagittaError) return thrown
  if (thrown instanceof Error) {
    const { code, path } = thrown as Error & { code?: unknown; path?: unknown }
    const known = typeof code === 'string' ? NODE_CODES[code] : undefined
    if (known) {
      const where = typeof path === 'string' ? path : 'The file'
      return new SagittaError(known.code, known.says(where), { path: where }, { cause: thrown })
    }
    return new SagittaError('internal', thrown.message || thrown.name, {}, { cause: thrown })
  }
  return new SagittaError('internal', String(thrown))
}

/** The error of a stopped job: not a failure, but it ends the same way. */
export const cancelled = (what: string): SagittaError => new SagittaError('cancelled', `${what} was stopped.`)

/** Marks code that can't be reached because a union is exhausted. */
export function unreachable(value: never): never {
  throw new SagittaError('internal', `Unexpected value ${JSON.stringify(value)}.`)
}
