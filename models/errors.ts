// The one error type of models/: same fields as the app's SagittaError, without knowing the app.

/** Codes a model can fail with; each is also a code of the app, so errors cross over unchanged. */
export type ModelErrorCode =
  'shape-mismatch' | 'graph-invalid' | 'config-invalid' | 'too-much-memory' | 'not-finite' | 'model-invalid'

/** Thrown wherever a graph, a config or a file cannot be what it should; names the layer or tensor and the way out. */
export class ModelError extends Error {
  override readonly name = 'ModelError'

  /**
   * @param message what happened, to which layer or tensor, and the way out.
   * @param details shapes, names and numbers a caller may act on.
   */
  constructor(
    readonly code: ModelErrorCode,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}
