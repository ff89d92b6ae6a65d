// JSON files that carry a version: one schema per version, one step from each version to the next, none left out.
import type { z } from 'zod'
import { SagittaError } from '../errors'

/** How version n becomes version n + 1; `upgrade` gets what `schema` has checked. */
export interface Step {
  readonly schema: z.ZodType
  upgrade(old: unknown): unknown
}

export interface FileFormat<T> {
  /** Value of the file's `format` field. */
  readonly format: string
  readonly version: number
  parse(text: string, file: string): { value: T; migratedFrom: number | null }
}

/**
 * @param past steps from version 1 to 2, 2 to 3, … up to the version before `current`: its length says which version is current.
 */
export function fileFormat<T extends z.ZodType>(
  format: string,
  past: readonly Step[],
  current: T,
): FileFormat<z.output<T>> {
  const version = past.length + 1
  return { format, version, parse: (text, file) => parse(text, file) }

  function parse(text: string, file: string): { value: z.output<T>; migratedFrom: number | null } {
    const json = readJson(text, file)
    const found = versionOf(json, file)
    let value: unknown = json
    for (let at = found; at < version; at++) value = past[at - 1]!.upgrade(checked(past[at - 1]!.schema, value, file))
    return { value: checked(current, value, file) as z.output<T>, migratedFrom: found < version ? found : null }
  }

  function versionOf(json: unknown, file: string): number {
    const { format: foundFormat, version: foundVersion } = (json ?? {}) as { format?: unknown; version?: unknown }
    if (foundFormat !== format) throw corrupt(file, `it is no ${format} file`)
    if (typeof foundVersion !== 'number' || !Number.isInteger(foundVersion) || foundVersion < 1)
      throw corrupt(file, 'its version is no whole number')
    if (foundVersion > version)
      throw new SagittaError(
        'project-too-new',
        `${file} was written by a newer Sagitta (format ${foundVersion}; this one reads up to ${version}). Open it with the newer version; nothing was changed.`,
        { file, version: foundVersion, supported: version },
      )
    return foundVersion
  }
}

function readJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw corrupt(file, cause instanceof Error ? cause.message : 'it is no JSON')
  }
}

function checked(schema: z.ZodType, value: unknown, file: string): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw corrupt(file, `${issue?.path.join('.') || 'its content'}: ${issue?.message ?? 'not as expected'}`)
}

const corrupt = (file: string, reason: string): SagittaError =>
  new SagittaError(
    'project-corrupt',
    `${file} can't be read as it should be (${reason}). Nothing was changed. Put back a copy of this file from a backup, or open another project.`,
    { file, reason },
  )
