// What runs of every kind are made with: the processes, the job list, who is told, and the clock.
import type { JobList } from '../jobs/jobList'
import type { ComputeService } from '../services/computeService'
import type { StudyService } from '../services/studyService'
import type { TrainingProcesses } from '../services/trainingProcesses'

export interface TrainingParts {
  jobs: JobList
  study: StudyService
  compute: ComputeService
  training: TrainingProcesses
  runsChanged(): void
  now(): Date
}
