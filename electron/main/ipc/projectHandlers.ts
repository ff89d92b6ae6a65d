// The project contract as the page calls it: the study service answers, main remembers what was opened.
import type { Handlers } from '#common/ipc/contract'
import { projectContract, type ProjectState } from '#common/ipc/project'
import type { StudyService } from '../services/studyService'
import { forward } from './forward'

export function projectHandlers(service: StudyService): Handlers<typeof projectContract> {
  const noted = async (state: Promise<ProjectState>): Promise<ProjectState> => {
    const opened = await state
    service.note(opened)
    return opened
  }
  return {
    ...forward(projectContract, () => service.project),
    create: input => noted(service.project.create(input)),
    open: input => noted(service.project.open(input)),
    saveAs: input => noted(service.project.saveAs(input)),
    close: async input => {
      const answer = await service.project.close(input)
      service.note(null)
      return answer
    },
  }
}
