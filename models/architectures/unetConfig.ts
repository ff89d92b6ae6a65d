// The U-Net's configuration: what can be chosen, its limits and its defaults.
import { z } from 'zod'
import { activationSchema, countSchema, dropoutSchema, normalisationSchema, spatialSizeSchema } from './choices'

/**
 * U-Net (Ronneberger et al. 2015, arXiv:1505.04597; 3-D: Çiçek et al. 2016, arXiv:1606.06650). Defaults follow nnU-Net
 * (Isensee et al. 2021): instance normalisation, leaky ReLU, two convolutions per stage, channels doubled down to a cap.
 */
export const unetConfigSchema = z
  .strictObject({
    dimensions: z.union([z.literal(2), z.literal(3)]).default(2),
    /** Input channels. */
    channels: countSchema.default(1),
    /** Output channels. A softmax head counts the background; a sigmoid head has one channel per overlapping label. */
    classes: countSchema.default(2),
    head: z.enum(['softmax', 'sigmoid']).default('softmax'),
    /** Times the resolution is halved. */
    depth: z.int().min(1).max(8).default(4),
    /** Channels of the first stage; each stage below doubles them, up to `maximumWidth`. */
    width: countSchema.default(16),
    maximumWidth: countSchema.default(512),
    /** Convolutions per stage, kernel 3. */
    convolutions: z.int().min(1).max(8).default(2),
    normalisation: normalisationSchema.default('instance'),
    /** Groups of group normalisation; a stage with fewer channels uses their greatest common divisor. */
    groups: countSchema.default(8),
    activation: activationSchema.default('leakyRelu'),
    /** Share of channels dropped after each stage of the bottleneck and the decoder. 0 adds nothing to the graph. */
    dropout: dropoutSchema.default(0),
    /** Adds a loss at every decoder resolution but the lowest, weights halved per level. */
    deepSupervision: z.boolean().default(false),
    bottleneck: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('convolution') }),
        /** A fully connected layer of `units` at the bottom. It fixes the input to `size`. */
        z.strictObject({ kind: z.literal('dense'), units: countSchema, size: spatialSizeSchema }),
      ])
      .default({ kind: 'convolution' }),
    /** How the decoder doubles the resolution: a learnt transposed convolution, or nearest upsampling and a convolution. */
    up: z.enum(['transposed', 'upsample']).default('transposed'),
  })
  .check(context => {
    const { head, classes, bottleneck, dimensions } = context.value
    if (head === 'softmax' && classes < 2)
      context.issues.push({
        code: 'custom',
        input: classes,
        path: ['classes'],
        message:
          'A softmax head needs at least 2 classes (background and one label). One label alone: use head "sigmoid".',
      })
    if (bottleneck.kind === 'dense' && bottleneck.size.length !== dimensions)
      context.issues.push({
        code: 'custom',
        input: bottleneck.size,
        path: ['bottleneck', 'size'],
        message: `The dense bottleneck's size needs ${dimensions} numbers.`,
      })
  })

export type UnetConfig = z.infer<typeof unetConfigSchema>
export type UnetConfigInput = z.input<typeof unetConfigSchema>
