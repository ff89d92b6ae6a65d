// Contract of the project folder: new, open, sources, the label table, runs. Owned by the study service, the folder's only writer (ADR 0003).
import { z } from 'zod'
import { pcaErrorSchema } from '../project/latentFiles'
import { contract, event, invoke, job } from './contract'
import { scanProgressSchema } from './study'
import { volumeInfoSchema } from './volume'

export const codeSchema = z.object({ scheme: z.string(), value: z.string(), meaning: z.string() })

export const labelSchema = z.object({
  value: z.number().int().min(1).max(65535),
  name: z.string().min(1),
  /** #rrggbb */
  color: z.string().regex(/^#[0-9a-f]{6}$/),
  /** SNOMED CT category and type, null when not given. */
  category: codeSchema.nullable(),
  type: codeSchema.nullable(),
  locked: z.boolean(),
  visible: z.boolean(),
})
export type Label = z.infer<typeof labelSchema>

export const sourceStatusSchema = z.object({
  volumeId: z.string(),
  path: z.string(),
  /** `moved`: the folder isn't where it was; labels are intact, `locate` finds it again. */
  status: z.enum(['here', 'moved']),
  info: volumeInfoSchema,
  labelled: z.boolean(),
})

/** Images of the latent workspace that a person named together. */
export const imageGroupSchema = z.object({
  id: z.string().min(1),
  name: z.string().trim().min(1),
  /** What the images are of: `project` for its volumes, else the path of a folder or file. */
  of: z.string(),
  /** Ids of the images as a set of codes has them: another model's codes of the same images have the same. */
  images: z.array(z.string()).min(1),
})
export type ImageGroup = z.infer<typeof imageGroupSchema>

export const RUN_TASKS = ['unet', 'autoencoder', 'vae', 'layerwise', 'classifier'] as const

export const runSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** What it trains, as its config says. */
  task: z.enum(RUN_TASKS),
  createdAt: z.string(),
  state: z.enum(['running', 'done', 'stopped', 'failed', 'interrupted']),
  epochs: z.object({ done: z.number().int(), of: z.number().int() }),
  /** Of layerwise training: so many layers first, each for so many epochs; `epochs` are those of the whole network afterwards. */
  layers: z.object({ count: z.number().int(), epochs: z.number().int() }).optional(),
  /**
   * `loss`: of validation; `dice` is null where nothing is segmented. `squaredError`: of reconstructions, where `pca` says what that means.
   * `balancedAccuracy`: of classifiers.
   */
  best: z
    .object({
      epoch: z.number().int(),
      dice: z.number().nullable(),
      loss: z.number(),
      squaredError: z.number().optional(),
      balancedAccuracy: z.number().optional(),
    })
    .nullable(),
  /** Of a run that learns codes: what as many principal components reach on the same images. */
  pca: pcaErrorSchema.optional(),
  seconds: z.number(),
  /** It has a checkpoint that training can go on from. */
  resumable: z.boolean(),
  /** Path of model.onnx, null until the first best epoch. */
  model: z.string().nullable(),
  message: z.string().nullable(),
})
export type RunSummary = z.infer<typeof runSummarySchema>

export const projectStateSchema = z.object({
  /** Absolute folder. A scratch workspace (scan opened without a project) has `scratch: true` and lives in the app's own folder. */
  folder: z.string(),
  name: z.string(),
  scratch: z.boolean(),
  savedAt: z.string(),
  labels: z.array(labelSchema),
  sources: z.array(sourceStatusSchema),
  runs: z.array(runSummarySchema),
  warnings: z.array(z.object({ code: z.string(), message: z.string(), files: z.array(z.string()) })),
})
export type ProjectState = z.infer<typeof projectStateSchema>

const folder = z.object({ folder: z.string() })

export const projectContract = contract('project', 'study', {
  /** null: nothing is open, not even a scratch workspace. */
  current: invoke(z.object({}), projectStateSchema.nullable()),
  create: invoke(folder.extend({ name: z.string().min(1) }), projectStateSchema),
  /** Errors: project-locked (names the holder), project-corrupt (names the file), project-too-new. */
  open: invoke(folder, projectStateSchema),
  close: invoke(z.object({}), z.object({})),
  /** Scans the paths and adds their volumes as sources of the open project; without a project a scratch workspace is made. */
  add: job(z.object({ paths: z.array(z.string()).min(1) }), scanProgressSchema, projectStateSchema),
  remove: invoke(z.object({ volumeId: z.string() }), projectStateSchema),
  /** Finds moved sources again under `folder`, by SOPInstanceUIDs and geometry hash. */
  locate: job(folder.extend({ volumeId: z.string() }), scanProgressSchema, projectStateSchema),
  /** Turns the scratch workspace (or a copy of the project) into a project folder: labels, journal and runs go along. */
  saveAs: invoke(folder.extend({ name: z.string().min(1) }), projectStateSchema),
  setLabel: invoke(z.object({ label: labelSchema }), projectStateSchema),
  addLabel: invoke(z.object({ name: z.string().min(1) }), projectStateSchema),
  /** Errors: label-locked when voxels carry it and it is locked. Its voxels become background as one undoable edit per volume. */
  removeLabel: invoke(z.object({ value: z.number().int() }), projectStateSchema),
  /** In the order they were named. */
  imageGroups: invoke(z.object({}), z.array(imageGroupSchema)),
  /** Adds a group, or replaces the one of its id in its place. */
  setImageGroup: invoke(z.object({ group: imageGroupSchema }), z.array(imageGroupSchema)),
  removeImageGroup: invoke(z.object({ id: z.string() }), z.array(imageGroupSchema)),
  /** What scratch workspaces keep on disk, and clearing them. */
  scratchUsage: invoke(z.object({}), z.object({ folder: z.string(), bytes: z.number(), workspaces: z.number().int() })),
  clearScratch: invoke(z.object({}), z.object({ bytes: z.number() })),
  changed: event(projectStateSchema),
})
