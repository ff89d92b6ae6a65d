// A network made elsewhere as the fake's compute service finds it: one grey channel of fixed size, three classes, a softmax at its end.
import type { InspectedModel } from '#common/ipc/compute'

export const foreignModel = (file: string, part: Partial<InspectedModel> = {}): InspectedModel => ({
  file,
  bytes: 31_400_000,
  producer: 'pytorch 2.4.1',
  inputs: [{ name: 'input.1', dtype: 'float32', shape: ['batch', 1, 256, 256] }],
  outputs: [{ name: 'output', dtype: 'float32', shape: ['batch', 3, 256, 256] }],
  axes: ['NCHW', 'NCWH'],
  suggested: [
    { field: 'name', value: 'lung-unet', why: 'the name of the file' },
    { field: 'answer', value: 'probabilities', why: 'its last step is Softmax' },
    { field: 'activation', value: 'softmax', why: 'its last step is Softmax' },
  ],
  refusals: [],
  own: null,
  ...part,
})
