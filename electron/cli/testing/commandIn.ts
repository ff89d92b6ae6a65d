// The real `sagitta` command, spawned as scripts spawn it.
import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { expect } from 'vitest'
import { errorJsonSchema } from '#common/errors'

const BIN = resolve(import.meta.dirname, '../bin.mjs')

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** @param cwd where relative paths of the arguments begin. */
export function commandIn(cwd: string) {
  const sagitta = (...args: string[]): Promise<Ran> =>
    new Promise((done, failed) => {
      const child = spawn(process.execPath, [BIN, ...args], { cwd })
      let [stdout, stderr] = ['', '']
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      child.on('error', failed)
      child.on('close', code => done({ code, stdout, stderr }))
    })

  /** The document a command prints that goes well. */
  const json = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await sagitta(...args, '--json')
    expect(code, `${stdout}${stderr}`).toBe(0)
    return JSON.parse(stdout) as T
  }

  /** The error a command prints that fails. */
  const failure = async (...args: string[]) => {
    const { code, stdout } = await sagitta(...args, '--json')
    expect(code).toBe(1)
    return errorJsonSchema.parse((JSON.parse(stdout) as { error: unknown }).error)
  }

  return { sagitta, json, failure }
}
