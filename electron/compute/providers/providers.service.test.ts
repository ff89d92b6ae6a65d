import { describe, expect, it } from 'vitest'
import { openSessionCount } from '../runtime/openSession'
import { compareProbes } from './agreement'
import { chooseProvider } from './choose'
import { probe } from './probe'
import { probeProgram } from './probeProgram'
import { builtProviders, selfTest } from './selfTest'

const reports = await selfTest({ threads: 1 })
const report = (name: string) => reports.find(found => found.name === name)!

describe('self-test of the providers', () => {
  it('has the CPU as reference and an answer with a reason for every provider of the build', () => {
    expect(reports.map(({ name }) => name)).toEqual(builtProviders())
    expect(report('cpu')).toMatchObject({ usable: true, threads: 1 })
    for (const { reason } of reports) expect(reason).not.toBe('')
    expect(reports.filter(({ chosen }) => chosen)).toHaveLength(1)
  })

  it('proves by the run itself which provider computed', async () => {
    const { operators, losses } = await probe('cpu', 1, probeProgram())
    expect([...operators.keys()]).toEqual(['cpu'])
    expect(losses.at(-1)).toBeLessThan(losses[0]!)
  })

  it('does not accept numbers that are off, or no numbers', async () => {
    const cpu = await probe('cpu', 1, probeProgram())
    const off = { ...cpu, losses: cpu.losses.map(loss => loss * 1.01) }
    expect(compareProbes(cpu, cpu)).toEqual({ agrees: true, loss: 0, gradient: 0, parameters: 0 })
    expect(compareProbes(off, cpu).agrees).toBe(false)
    expect(compareProbes({ ...cpu, gradientNorms: cpu.gradientNorms.map(() => NaN) }, cpu).agrees).toBe(false)
  })

  it('releases every session, failed ones included', () => {
    expect(openSessionCount()).toBe(0)
  })
})

describe('choosing a provider (E03)', () => {
  const missing = {
    name: 'cuda',
    usable: false,
    chosen: false,
    reason: 'its libraries are not installed',
    stepMs: null,
    threads: null,
  }
  const cpu = { name: 'cpu', usable: true, chosen: true, reason: 'the reference', stepMs: 9, threads: 2 }

  it('falls back to the CPU in auto mode and says why', () => {
    expect(chooseProvider('auto', [cpu, missing])).toEqual({
      provider: 'cpu',
      reason: 'cpu: the reference; cuda: its libraries are not installed',
    })
  })

  it('fails with the reason when only that device will do', () => {
    expect(() => chooseProvider('cuda', [cpu, missing])).toThrow(/cuda cannot be used.*libraries are not installed/)
    expect(() => chooseProvider('tpu', [cpu, missing])).toThrow(/no processor tpu/)
  })
})
