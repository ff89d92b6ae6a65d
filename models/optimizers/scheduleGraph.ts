// Learning-rate schedules inside a program: the formulas of schedule.ts over the step counter.
import { scalar, type Value } from '../ir'
import { add, clip, less, mul, pow, sub, where } from '../ops'
import type { ScheduleConfig } from './config'

/** Factor on the learning rate. @param step float32 scalar, from 0. */
export function scheduleFactorGraph(schedule: ScheduleConfig, step: Value): Value {
  const { warmupSteps } = schedule
  const decayed = decay(schedule, step)
  if (warmupSteps === 0) return decayed
  const warm = mul(add(step, scalar(1)), scalar(1 / warmupSteps))
  return where(less(step, scalar(warmupSteps)), warm, decayed)
}

function decay(schedule: ScheduleConfig, step: Value): Value {
  if (schedule.kind === 'constant') return scalar(1)
  const { warmupSteps, totalSteps } = schedule
  const t = clip(mul(sub(step, scalar(warmupSteps)), scalar(1 / (totalSteps - warmupSteps))), 0, 1)
  switch (schedule.kind) {
    case 'polynomial':
      return pow(sub(scalar(1), t), scalar(schedule.power))
    case 'cosine': {
      const half = (1 - schedule.floor) / 2
      return add(mul(cosineOfPi(t), scalar(half)), scalar(schedule.floor + half))
    }
  }
}

// cos(pi t) = sin(x) with x = pi (1/2 - t), by its Taylor series to x^11: error below 6e-8 for t in [0, 1].
const SERIES = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362_880, -1 / 39_916_800]

function cosineOfPi(t: Value): Value {
  const x = mul(sub(scalar(0.5), t), scalar(Math.PI))
  const square = mul(x, x)
  const series = SERIES.reduceRight<Value | null>(
    (sum, c) => (sum ? add(mul(sum, square), scalar(c)) : scalar(c)),
    null,
  )
  return series ? mul(series, x) : x
}
