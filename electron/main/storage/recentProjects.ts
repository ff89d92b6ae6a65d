// Projects opened lately, newest first: recent.json in the app's data folder.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { recentProjectSchema } from '#common/ipc/app'
import { loadJson, saveJson } from './jsonFile'

const KEPT = 12

const fileSchema = z.object({ version: z.literal(1), projects: z.array(recentProjectSchema.omit({ exists: true })) })
type RecentProject = z.infer<typeof recentProjectSchema>

export interface RecentProjects {
  readonly notice: string | null
  list(): RecentProject[]
  remember(folder: string, name: string, at: Date): Promise<void>
  forget(folder: string): Promise<void>
}

export async function openRecentProjects(userData: string): Promise<RecentProjects> {
  const path = join(userData, 'recent.json')
  const { value, notice } = await loadJson(path, fileSchema, { version: 1, projects: [] })
  let projects = value.projects
  const keep = async (next: typeof projects): Promise<void> => {
    projects = next
    await saveJson(path, { version: 1, projects })
  }
  const without = (folder: string): typeof projects => projects.filter(project => project.folder !== folder)
  return {
    notice,
    list: () => projects.map(project => ({ ...project, exists: existsSync(join(project.folder, 'project.json')) })),
    remember: (folder, name, at) =>
      keep([{ folder, name, openedAt: at.toISOString() }, ...without(folder)].slice(0, KEPT)),
    forget: folder => keep(without(folder)),
  }
}
