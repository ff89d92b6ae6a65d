// How many of its connections each layer of a dense stack keeps, when the stack keeps a share of all.
import { keptPerRow } from '../layers/initial'
import { product } from '../layers/shape'
import type { AutoencoderConfig, DenseAutoencoderConfig } from './autoencoderConfig'

export interface LayerConnections {
  /** Scope of the layer's `weight` and, where fewer are kept than there are, its `mask`: `encoder.0`. */
  readonly scope: string
  readonly kept: number
  readonly of: number
}

/**
 * Share of its weights that each layer of a stack keeps, so that all of them together keep `share`: in proportion to
 * (inputs + units) / (inputs x units), the Erdos-Renyi rule of Mocanu et al. 2018 (doi 10.1038/s41467-018-04316-3). Large layers are thinned
 * most; a small one, such as a code's, keeps what it needs, and all it has where the rule would give it more.
 * @param sizes values of an image, then units of each layer
 */
export function layerShares(sizes: readonly number[], share: number): readonly number[] {
  const layers = sizes.slice(1).map((units, layer) => {
    const inputs = sizes[layer]!
    return { weights: inputs * units, sides: inputs + units }
  })
  const sum = (part: 'weights' | 'sides', of: typeof layers) => of.reduce((total, layer) => total + layer[part], 0)
  let thin = layers
  for (;;) {
    const full = layers.filter(layer => !thin.includes(layer))
    const perSide = (share * sum('weights', layers) - sum('weights', full)) / sum('sides', thin)
    const shareOf = ({ weights, sides }: (typeof layers)[number]) => (perSide * sides) / weights
    const next = thin.filter(layer => shareOf(layer) < 1)
    if (next.length === thin.length) return layers.map(layer => (thin.includes(layer) ? shareOf(layer) : 1))
    thin = next
  }
}

/** Sizes of a stack from its image to its code. */
export const stackSizes = ({ shape, widths }: Pick<DenseAutoencoderConfig, 'shape' | 'widths'>): readonly number[] => [
  product(shape),
  ...widths,
]

/** Its connections are the ones that pruning leaves, while it is trained. */
export const isPruned = (config: AutoencoderConfig): boolean =>
  config.kind === 'dense' && config.connections < 1 && config.connectionsBy === 'pruning'

/** Of every layer of an autoencoder; those of a tied decoder are the encoder's. */
export function connectionsOf(config: DenseAutoencoderConfig): readonly LayerConnections[] {
  const sizes = stackSizes(config)
  return layerShares(sizes, config.connections).flatMap((share, layer) => {
    const counted = (scope: string, inputs: number, units: number): LayerConnections => ({
      ...{ scope, kept: units * keptPerRow(inputs, share), of: units * inputs },
    })
    const [inputs, units] = [sizes[layer]!, sizes[layer + 1]!]
    const encoder = counted(`encoder.${layer}`, inputs, units)
    return config.tied ? [encoder] : [encoder, counted(`decoder.${layer}`, units, inputs)]
  })
}
