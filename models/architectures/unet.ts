// The U-Net: encoder, bottleneck, decoder with skip connections; 2-D and 3-D from the same code.
import { ModelError } from '../errors'
import { inScope, type Value } from '../ir'
import { concat, maxPool, reshape, upsample } from '../ops'
import { activate } from '../layers/activation'
import type { Context } from '../layers/context'
import { convolution, upConvolution } from '../layers/convolution'
import { dense } from '../layers/dense'
import { dropout } from '../layers/dropout'
import { normalise } from '../layers/normalisation'
import { channelsOf, product } from '../layers/shape'
import type { UnetConfig } from './unetConfig'

/** Every spatial size must be a multiple of this; the caller pads and crops. */
export const sizeMultiple = (config: Pick<UnetConfig, 'depth'>): number => 2 ** config.depth

/** Channels of a stage, 0 at full resolution. */
export const stageChannels = ({ width, maximumWidth }: UnetConfig, stage: number): number =>
  Math.min(width * 2 ** stage, maximumWidth)

/**
 * Logits at full resolution [N, classes, ...space]; with deep supervision and while training, coarser ones follow, each
 * half the size of the one before.
 * @param image float32 [N, channels, ...space]
 * @throws ModelError shape-mismatch for sizes that don't divide, channels that don't fit, another size than a dense bottleneck's.
 */
export function unet(config: UnetConfig, context: Context, image: Value): readonly Value[] {
  checkImage(config, image)
  const skips: Value[] = []
  let x = image
  for (let stage = 0; stage < config.depth; stage += 1) {
    x = inScope(`encoder.${stage}`, () => convolutions(config, context, x, stageChannels(config, stage)))
    skips.push(x)
    x = inScope(`encoder.${stage}`, () => maxPool(x, 2))
  }
  x = inScope('bottleneck', () => bottleneck(config, context, x))

  const logits: Value[] = []
  for (let stage = config.depth - 1; stage >= 0; stage -= 1) {
    x = inScope(`decoder.${stage}`, () => decode(config, context, x, skips[stage]!, stageChannels(config, stage)))
    const supervised = stage === 0 || (config.deepSupervision && context.training && stage < config.depth - 1)
    if (supervised)
      logits.unshift(inScope(`head.${stage}`, () => convolution(context, x, config.classes, { kernel: 1 })))
  }
  return logits
}

function decode(config: UnetConfig, context: Context, x: Value, skip: Value, channels: number): Value {
  const up = inScope('up', () =>
    config.up === 'transposed'
      ? upConvolution(context, x, channels)
      : convolution(context, upsample(x, 2, 'nearest'), channels),
  )
  return dropout(context, convolutions(config, context, concat([up, skip]), channels), config.dropout)
}

/** A stage: convolution, normalisation, activation, so many times. */
function convolutions(config: UnetConfig, context: Context, x: Value, channels: number): Value {
  let y = x
  for (let i = 0; i < config.convolutions; i += 1) {
    y = inScope(`conv${i}`, () =>
      convolution(context, y, channels, { bias: config.normalisation === 'none', before: config.activation }),
    )
    y = inScope(`norm${i}`, () => normalise(context, config.normalisation, y, config.groups))
    y = activate(config.activation, y)
  }
  return y
}

function bottleneck(config: UnetConfig, context: Context, x: Value): Value {
  const channels = stageChannels(config, config.depth)
  if (config.bottleneck.kind === 'convolution')
    return dropout(context, convolutions(config, context, x, channels), config.dropout)
  const space = config.bottleneck.size.map(size => size / sizeMultiple(config))
  const { units } = config.bottleneck
  const flat = reshape(x, [x.shape[0]!, channelsOf(x) * product(space)])
  const code = inScope('down', () =>
    activate(config.activation, dense(context, flat, units, { before: config.activation })),
  )
  const spread = inScope('up', () =>
    activate(config.activation, dense(context, code, channels * product(space), { before: config.activation })),
  )
  return dropout(context, reshape(spread, [x.shape[0]!, channels, ...space]), config.dropout)
}

function checkImage(config: UnetConfig, image: Value): void {
  const { dimensions, channels, bottleneck } = config
  const multiple = sizeMultiple(config)
  const refuse = (message: string) => {
    throw new ModelError('shape-mismatch', `U-Net input: ${message}`, { layer: 'encoder.0', shape: image.shape })
  }
  const space = image.shape.slice(2)
  if (space.length !== dimensions)
    refuse(`a ${dimensions}-D U-Net needs ${dimensions} spatial sizes and got ${space.join(' x ')}.`)
  if (image.shape[1] !== channels)
    refuse(`the configuration says ${channels} channels, the image has ${image.shape[1]}.`)
  const odd = space.find(size => typeof size === 'number' && size % multiple !== 0)
  if (odd !== undefined)
    refuse(
      `${space.join(' x ')} is halved ${config.depth} times, and ${odd} is no multiple of ${multiple}. Pad it, or use fewer levels.`,
    )
  if (bottleneck.kind === 'dense' && space.some((size, axis) => size !== bottleneck.size[axis]))
    refuse(
      `the dense bottleneck fixes the size to ${bottleneck.size.join(' x ')}, not ${space.join(' x ')}. Tile the image, or use a convolutional bottleneck.`,
    )
}
