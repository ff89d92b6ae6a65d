// The files of a run that learnt codes, beside those every run has.
import { z } from 'zod'

/** Image to code; lies beside the run's model file. */
export const ENCODER_FILE = 'encoder.onnx'
/** Code to image. It can draw images like those it was trained on: patient data when they were. */
export const DECODER_FILE = 'decoder.onnx'
/** Folders of a layerwise run's stages, each with its own metrics and checkpoint: layer-1, layer-2... */
export const STAGES_FOLDER = 'stages'

/** What principal components reach on the run's images; absent in runs of before it was measured. */
export const PCA_FILE = 'pca.json'

export const pcaErrorSchema = z.object({
  /** As many as the code has units; fewer where the images have fewer values or vary in fewer directions. */
  components: z.number().int().nonnegative(),
  /** Training images they were fitted on: all, or drawn from them where that many would take long. */
  fittedOn: z.number().int().positive(),
  trainingImages: z.number().int().positive(),
  /** Mean over the validation images of the squared error of their projection, summed over an image's values. */
  error: z.number().nonnegative(),
  /** The term of the run's validation rows that measures its reconstructions alike: another one where `reconstruction` is a cross entropy. */
  term: z.enum(['reconstruction', 'squaredError']),
})
export type PcaError = z.infer<typeof pcaErrorSchema>
export const pcaFileSchema = pcaErrorSchema.extend({ version: z.literal(1) })
