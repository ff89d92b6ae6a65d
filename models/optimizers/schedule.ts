// Learning-rate schedules as numbers; scheduleGraph.ts builds the same formulas into a program.
import type { ScheduleConfig } from './config'

/**
 * Factor on the learning rate at a step, counted from 0.
 * Warm-up: (step + 1) / warmupSteps. Then, with t from 0 to 1 between the warm-up's end and totalSteps:
 * polynomial (1 - t)^power (Chen et al. 2017, arXiv:1606.00915, section 4.1) or cosine
 * floor + (1 - floor)(1 + cos(pi t)) / 2 (Loshchilov & Hutter 2017, arXiv:1608.03983, eq. 5).
 */
export function scheduleFactor(schedule: ScheduleConfig, step: number): number {
  const { warmupSteps } = schedule
  if (step < warmupSteps) return (step + 1) / warmupSteps
  if (schedule.kind === 'constant') return 1
  const t = Math.min(1, (step - warmupSteps) / (schedule.totalSteps - warmupSteps))
  switch (schedule.kind) {
    case 'polynomial':
      return (1 - t) ** schedule.power
    case 'cosine':
      return schedule.floor + ((1 - schedule.floor) * (1 + Math.cos(Math.PI * t))) / 2
  }
}
