// Which images are coded: what a person chose, as the source the services take. Pure.
import type { z } from 'zod'
import type { imageSourceSchema } from '#common/latent/imageSource'
import type { LatentModelInfo } from '#common/ipc/latent'
import type { Label } from '#common/ipc/project'
import type { Source } from '../../stores'
import { pictureSize } from './pictures'

export type ImageSource = z.input<typeof imageSourceSchema>
export type From = 'project' | 'folder' | 'file'
export type Unit = 'slices' | 'patches'

export interface ImageChoice {
  readonly from: From
  /** Folder of pictures, or an IDX or NPZ file; null until one was chosen. */
  readonly path: string | null
  readonly unit: Unit
  readonly fit: 'resize' | 'crop'
  /** Pixels from patch to patch. */
  readonly step: number
}

const FROM_KIND = { studies: 'project', folder: 'folder', npz: 'file', idx: 'file' } as const

/** What makes images as the model's own were made; which files is left open. */
export function choiceLike({ preparation, shape }: Pick<LatentModelInfo, 'preparation' | 'shape'>): ImageChoice {
  const { kind, unit, fit, step } = preparation
  return {
    ...{ from: FROM_KIND[kind], path: null, fit },
    unit: unit === 'patches' ? 'patches' : 'slices',
    step: step ?? pictureSize({ shape }).columns,
  }
}

/** How images are made, in words: "patches, 16 pixels apart". */
export function wordsOf({ from, unit, fit, step }: ImageChoice): string {
  if (from === 'file') return 'images of a file'
  if (from === 'project' && unit === 'patches') return `patches, ${step} pixels apart`
  return `${from === 'project' ? 'slices' : 'pictures'}, ${fit === 'crop' ? 'cut' : 'resized'}`
}

/** The source, or why there is none yet, in words. */
export function sourceOf(
  choice: ImageChoice,
  { shape }: Pick<LatentModelInfo, 'shape'>,
  sources: readonly Source[],
  labels: readonly Label[],
): ImageSource | string {
  const { rows, columns, channels } = pictureSize({ shape })
  switch (choice.from) {
    case 'folder':
      if (choice.path === null) return 'choose a folder of pictures.'
      return {
        ...{ kind: 'folder', folder: choice.path, labels: 'folders', size: [rows, columns], fit: choice.fit },
        colour: channels === 3 ? 'keep' : 'grey',
      }
    case 'file':
      if (choice.path === null) return 'choose an IDX or NPZ file.'
      return /\.npz$/i.test(choice.path) ? { kind: 'npz', file: choice.path } : { kind: 'idx', images: choice.path }
    case 'project': {
      const here = sources.filter(({ status }) => status === 'here')
      if (here.length === 0) return 'the project has no series that can be read.'
      return {
        kind: 'studies',
        cases: here.map(({ volumeId, info, labelled }) => ({
          ...{ id: volumeId, patient: info.patientId, image: volumeId, labels: labelled ? volumeId : null },
        })),
        classes: here.some(({ labelled }) => labelled) ? labels.map(({ value, name }) => ({ value, name })) : [],
        ...{ unit: choice.unit, size: [rows, columns], fit: choice.fit },
        step: choice.unit === 'patches' ? choice.step : null,
      }
    }
  }
}
