// What Train sets up: a network that segments, one that learns codes of images, or one that tells them apart by its labels.
import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { RunSummary } from '#common/ipc/project'

export type TrainKind = 'segmentation' | 'autoencoder' | 'vae' | 'classifier'
export type CodeKind = Exclude<TrainKind, 'segmentation'>

export const KINDS: readonly { readonly value: TrainKind; readonly text: string }[] = [
  { value: 'segmentation', text: 'Segmentation' },
  { value: 'autoencoder', text: 'Autoencoder' },
  { value: 'vae', text: 'VAE' },
  { value: 'classifier', text: 'Classifier' },
]

/** The word in the table of runs. */
export const TASK_NAMES: Readonly<Record<RunSummary['task'], string>> = {
  unet: 'U-Net',
  autoencoder: 'Autoencoder',
  vae: 'VAE',
  layerwise: 'Layerwise',
  classifier: 'Classifier',
}

export const segments = (task: RunSummary['task']): boolean => task === 'unet'

/** What a run of a task is set up as: layer by layer is a way to train an autoencoder. */
const KIND_OF: Readonly<Record<RunSummary['task'], TrainKind>> = {
  unet: 'segmentation',
  autoencoder: 'autoencoder',
  vae: 'vae',
  layerwise: 'autoencoder',
  classifier: 'classifier',
}
export const kindOf = (task: RunSummary['task']): TrainKind => KIND_OF[task]

/** Its model can be explored in Latent. */
export const codes = (task: RunSummary['task']): boolean =>
  task === 'vae' || task === 'autoencoder' || task === 'layerwise'

export const useTrainKind = defineStore('trainKind', () => {
  const kind = ref<TrainKind>('segmentation')
  return { kind }
})
