// groups.json: images of the explorer that a person named together; absent while there are none. Frozen per version, as project.json.
import { z } from 'zod'
import { fileFormat } from './versioned'

const groupV1 = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  of: z.string(),
  images: z.array(z.string()).min(1),
})
const groupsV1 = z.object({
  format: z.literal('sagitta-groups'),
  version: z.literal(1),
  groups: z.array(groupV1),
})

export type StoredGroup = z.infer<typeof groupV1>
export type GroupsFile = z.infer<typeof groupsV1>

export const GROUPS_FORMAT = fileFormat('sagitta-groups', [], groupsV1)

/** As it is written: nothing but what the format names. */
export const groupsFile = (groups: readonly StoredGroup[]): GroupsFile =>
  groupsV1.parse({ format: 'sagitta-groups', version: 1, groups })
