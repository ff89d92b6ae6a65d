import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SagittaError } from '../errors'
import { fileFormat } from './versioned'

const base = { format: z.literal('test') }
const v1 = z.object({ ...base, version: z.literal(1), name: z.string() })
const v2 = z.object({ ...base, version: z.literal(2), names: z.array(z.string()) })
const v3 = z.object({ ...base, version: z.literal(3), names: z.array(z.string()), count: z.number() })

const FORMAT = fileFormat(
  'test',
  [
    { schema: v1, upgrade: old => ({ format: 'test', version: 2, names: [(old as z.infer<typeof v1>).name] }) },
    {
      schema: v2,
      upgrade: old => ({ ...(old as z.infer<typeof v2>), version: 3, count: (old as z.infer<typeof v2>).names.length }),
    },
  ],
  v3,
)

const refusal = (text: string): SagittaError => {
  try {
    FORMAT.parse(text, '/project/test.json')
  } catch (thrown) {
    if (thrown instanceof SagittaError) return thrown
  }
  throw new Error('It was expected to be refused.')
}

describe('fileFormat', () => {
  it('takes every version to the current one, step by step', () => {
    expect(FORMAT.version).toBe(3)
    const current = { format: 'test', version: 3, names: ['a'], count: 1 }
    expect(FORMAT.parse('{"format":"test","version":1,"name":"a"}', 'f')).toEqual({ value: current, migratedFrom: 1 })
    expect(FORMAT.parse('{"format":"test","version":2,"names":["a"]}', 'f')).toEqual({
      value: current,
      migratedFrom: 2,
    })
    expect(FORMAT.parse(JSON.stringify(current), 'f')).toEqual({ value: current, migratedFrom: null })
  })

  it('checks a file against the schema of its own version before changing it', () => {
    expect(refusal('{"format":"test","version":1,"names":[]}')).toMatchObject({
      code: 'project-corrupt',
      details: { file: '/project/test.json' },
    })
  })

  it('names the file and what is wrong with it', () => {
    expect(refusal('{"format":"te').code).toBe('project-corrupt')
    expect(refusal('[]').message).toContain('no test file')
    expect(refusal('null').message).toContain('/project/test.json')
    expect(refusal('{"format":"test","version":"1"}').message).toContain('no whole number')
    expect(refusal('{"format":"test","version":3,"names":["a"],"count":"1"}').message).toContain('count')
  })

  it('does not guess at a newer version', () => {
    expect(refusal('{"format":"test","version":4}')).toMatchObject({
      code: 'project-too-new',
      details: { version: 4, supported: 3 },
    })
  })
})
