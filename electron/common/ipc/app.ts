// Contract of the app itself: windows, dialogs, settings, recent projects, the state of services.
import { z } from 'zod'
import { contract, event, invoke, keptEvent } from './contract'

export const settingsSchema = z.object({
  version: z.literal(1),
  theme: z.enum(['dark', 'light']),
  density: z.enum(['compact', 'comfortable']),
  keymap: z.record(z.string(), z.string()),
  /** Name written into journals. */
  person: z.string(),
  memoryLimitMb: z.number().int().positive(),
})
export type Settings = z.infer<typeof settingsSchema>

export const recentProjectSchema = z.object({
  folder: z.string(),
  name: z.string(),
  openedAt: z.string(),
  exists: z.boolean(),
})

export const serviceNameSchema = z.enum(['study', 'compute', 'training'])

export const appContract = contract('app', 'main', {
  info: invoke(
    z.object({}),
    z.object({
      version: z.string(),
      electron: z.string(),
      platform: z.string(),
      cpuThreads: z.number().int(),
      memoryMb: z.number(),
      freeDiskMb: z.number().nullable(),
      userData: z.string(),
      /** Folder of the sample study, whether or not it is there yet. */
      sampleFolder: z.string(),
      /** Things said once at the start: no sandbox as root, fallback runtime. */
      notices: z.array(z.string()),
      /** What the app was started with: folders to open, or the sample study. */
      open: z.object({ paths: z.array(z.string()), sample: z.boolean() }),
    }),
  ),
  /** Requests the window tried to send to a network since start; all were blocked. */
  network: invoke(z.object({}), z.object({ blocked: z.number().int() })),
  memory: invoke(z.object({}), z.object({ usedMb: z.number(), limitMb: z.number() })),
  chooseFolder: invoke(
    z.object({ title: z.string(), createAllowed: z.boolean() }),
    z.object({ path: z.string().nullable() }),
  ),
  chooseFile: invoke(
    z.object({ title: z.string(), extensions: z.array(z.string()) }),
    z.object({ path: z.string().nullable() }),
  ),
  chooseSave: invoke(
    z.object({ title: z.string(), suggestedName: z.string(), extensions: z.array(z.string()) }),
    z.object({ path: z.string().nullable() }),
  ),
  showInFolder: invoke(z.object({ path: z.string() }), z.object({})),
  settings: invoke(z.object({}), settingsSchema),
  setSettings: invoke(z.object({ settings: settingsSchema }), settingsSchema),
  recentProjects: invoke(z.object({}), z.array(recentProjectSchema)),
  forgetProject: invoke(z.object({ folder: z.string() }), z.array(recentProjectSchema)),
  /** The page listens: what a person asked of it meanwhile is told now, in order. */
  ready: invoke(z.object({}), z.object({})),
  /** The last errors of services, for the details view. */
  serviceStopped: event(z.object({ service: serviceNameSchema, message: z.string(), restarted: z.boolean() })),
  /** The app was started a second time with these paths: they belong into the window that is there. */
  openRequested: keptEvent(z.object({ paths: z.array(z.string()).min(1) })),
  /** A menu item or a global shortcut was used: command ids of renderer/features. */
  command: keptEvent(z.object({ id: z.string() })),
})
