// The files of a run that learnt codes, beside those every run has.

/** Image to code; lies beside the run's model file. */
export const ENCODER_FILE = 'encoder.onnx'
/** Code to image. It can draw images like those it was trained on: patient data when they were. */
export const DECODER_FILE = 'decoder.onnx'
/** Folders of a layerwise run's stages, each with its own metrics and checkpoint: layer-1, layer-2... */
export const STAGES_FOLDER = 'stages'
