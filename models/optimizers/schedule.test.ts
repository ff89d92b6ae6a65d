import { describe, expect, it } from 'vitest'
import { optimizerSchema, scheduleSchema, type ScheduleConfig } from './config'
import { scheduleFactor } from './schedule'

const factors = (schedule: ScheduleConfig, steps: number[]) => steps.map(step => scheduleFactor(schedule, step))

describe('schedules', () => {
  it('stay constant', () => {
    expect(factors(scheduleSchema.parse({ kind: 'constant' }), [0, 1, 1e6])).toEqual([1, 1, 1])
  })
  it('warm up linearly, reaching the full rate at the last warm-up step', () => {
    expect(factors(scheduleSchema.parse({ kind: 'constant', warmupSteps: 4 }), [0, 1, 2, 3, 4])).toEqual([
      0.25, 0.5, 0.75, 1, 1,
    ])
  })
  it('fall polynomially to zero and stay there', () => {
    const schedule = scheduleSchema.parse({ kind: 'polynomial', power: 2, totalSteps: 10, warmupSteps: 2 })
    expect(factors(schedule, [1, 2, 6, 10, 50])).toEqual([1, 1, 0.25, 0, 0])
  })
  it('fall along a cosine to the floor', () => {
    const schedule = scheduleSchema.parse({ kind: 'cosine', floor: 0.2, totalSteps: 8 })
    const [start, quarter, half, end] = factors(schedule, [0, 2, 4, 8])
    expect(start).toBe(1)
    expect(quarter).toBeCloseTo(0.2 + 0.4 * (1 + Math.SQRT1_2), 12)
    expect(half).toBeCloseTo(0.6, 12)
    expect(end).toBeCloseTo(0.2, 12)
  })
  it('refuse a warm-up longer than the run', () => {
    const result = scheduleSchema.safeParse({ kind: 'cosine', totalSteps: 10, warmupSteps: 10 })
    expect(result.error?.issues[0]?.message).toContain('must end before')
  })
})

describe('optimizer config', () => {
  it('has the usual defaults', () => {
    expect(optimizerSchema.parse({ kind: 'adam' })).toMatchObject({
      learningRate: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
    })
    expect(optimizerSchema.parse({ kind: 'sgd' })).toMatchObject({
      learningRate: 1e-2,
      momentum: 0,
      schedule: { kind: 'constant' },
    })
  })
})
