// The settings of an autoencoder, a VAE or a classifier as rows: value in words, why, and how it is changed. Pure.
import { count, fixed, plural } from '../../stores/format'
import { ACTIVATIONS, type Activation, type CodeChanges, type CodeChoice } from './codeChoice'
import type { CodeRow, Editor, Told } from './codeRow'
import { classifierRows, type EncoderOption } from './classifierRows'
import { RANDOM } from './encoderChoice'
import type { CodeKind } from './kind'

const ACTIVATION_NAMES: Readonly<Record<Activation, string>> = {
  ...{ relu: 'ReLU', leakyRelu: 'leaky ReLU', elu: 'ELU', gelu: 'GELU', silu: 'SiLU', tanh: 'tanh' },
  ...{ sigmoid: 'sigmoid', softplus: 'softplus', identity: 'linear' },
}
const activations = ACTIVATIONS.map(value => ({ value, text: ACTIVATION_NAMES[value] }))

const whole = (min: number, max: number, unit?: string): Editor => ({
  ...{ kind: 'number', min, max, whole: true },
  ...(unit === undefined ? {} : { unit }),
})
const real = (min: number, max: number): Editor => ({ kind: 'number', min, max })
const oneOf = (...options: readonly (readonly [value: string, text: string])[]): Editor => ({
  kind: 'choice',
  options: options.map(([value, text]) => ({ value, text })),
})
const textOf = (editor: Editor, value: string): string =>
  editor.kind === 'choice' ? (editor.options.find(option => option.value === value)?.text ?? value) : value

const NETWORKS = oneOf(['convolutional', 'convolutional'], ['dense', 'dense'])
const SPARSITY = oneOf(['none', 'none'], ['l1', 'L1 of the code'], ['rate', 'KL to a target rate'])
const DENOISING = oneOf(['none', 'none'], ['gaussian', 'Gaussian noise'], ['mask', 'pixels left out'])
const LIKELIHOODS = oneOf(['gaussian', 'squared error'], ['bernoulli', 'cross entropy (Bernoulli)'])
const COVARIANCES = oneOf(['diagonal', 'diagonal'], ['full', 'full (Cholesky)'])
const CONNECTIONS_BY = oneOf(['pruning', 'pruning, while it trains'], ['draw', 'a draw, before it trains'])
const yesNo = (on: boolean): string => (on ? 'yes' : 'no')

export interface CodeFacts {
  /** About how many images there are. */
  readonly images: number
  /** Runs whose encoder a classifier can take. */
  readonly encoders: readonly EncoderOption[]
}

export function codeRows(kind: CodeKind, choice: CodeChoice, changes: CodeChanges, facts: CodeFacts): CodeRow[] {
  const rows = (told: readonly Told[], advanced: boolean): CodeRow[] =>
    told.map(([key, name, value, reason, editor]) => ({
      ...{ key, name, value, reason, editor, advanced },
      yours: changes[key] !== undefined,
    }))
  const training = trainingRows(choice, facts.images)
  if (kind === 'classifier') {
    const random = choice.encoder === RANDOM
    const network = random ? networkRows(choice, false) : []
    return [
      ...rows([...classifierRows(choice, facts.encoders), ...network, ...training], false),
      ...rows([...(random ? [activationRow(choice)] : []), seedRow(choice)], true),
    ]
  }
  const own = kind === 'vae' ? vaeRows(choice) : autoencoderRows(choice)
  return [
    ...rows([...networkRows(choice, true), ...training], false),
    ...rows([...own, overcompleteRow(choice), activationRow(choice), seedRow(choice)], true),
  ]
}

/** @param mirrored a decoder comes after the code */
function networkRows(choice: CodeChoice, mirrored: boolean): Told[] {
  const { network, widths, width, depth, units, size, layerwise } = choice
  const values = size * size
  const dense: Told[] = [
    [
      'widths',
      'Layers',
      `${[values, ...widths, units].map(count).join(' → ')}`,
      mirrored ? 'Hidden units before the code; the decoder mirrors them.' : 'Hidden units before the code.',
      { kind: 'list' },
    ],
  ]
  const convolutional: Told[] = [
    [
      'depth',
      'Halvings',
      plural(depth, 'stage'),
      `${size} becomes ${fixed(size / 2 ** depth, 0)} pixels.`,
      whole(1, 6),
    ],
    ['width', 'Channels', `${width}, doubling`, 'Of the first stage.', whole(1, 128)],
  ]
  return [
    [
      'network',
      'Network',
      textOf(NETWORKS, network),
      layerwise
        ? 'Layer by layer needs dense layers.'
        : network === 'dense'
          ? 'Quick, and enough where organs lie at like places in all images.'
          : 'Finds the same pattern anywhere in the image.',
      layerwise ? oneOf(['dense', 'dense']) : NETWORKS,
    ],
    ...(network === 'dense' ? dense : convolutional),
    [
      'units',
      'Code',
      plural(units, 'unit'),
      `${count(values)} pixels through ${plural(units, 'number')}.`,
      whole(1, 100_000),
    ],
  ]
}

const trainingRows = ({ epochs, batch, learningRate, patience }: CodeChoice, images: number): Told[] => [
  ['epochs', 'Epochs', `at most ${count(epochs)}`, 'The best on validation is kept.', whole(1, 5000)],
  [
    'patience',
    'Ends early',
    `after ${plural(patience, 'epoch')}`,
    'Without a better one: what comes then is learnt by heart.',
    whole(1, 5000),
  ],
  [
    'batch',
    'Batch',
    plural(batch, 'image'),
    `About ${plural(images, 'image')} to learn from and judge by.`,
    whole(1, 1024),
  ],
  ['learningRate', 'Learning rate', String(learningRate), 'Adam; lower it when the loss jumps.', real(1e-7, 1)],
]

const vaeRows = ({ beta, warmupSteps, freeBits, likelihood, covariance }: CodeChoice): Told[] => [
  ['beta', 'Beta', String(beta), 'Weight of the divergence; 0 is a plain autoencoder that samples.', real(0, 1000)],
  [
    'warmupSteps',
    'Warm-up',
    plural(warmupSteps, 'batch', 'batches'),
    'Beta grows from 0; helps when units stay silent.',
    whole(0, 1_000_000),
  ],
  [
    'freeBits',
    'Free bits',
    `${freeBits} nats a unit`,
    'Divergence that costs nothing; against collapse.',
    real(0, 100),
  ],
  ['likelihood', 'Likelihood', textOf(LIKELIHOODS, likelihood), 'Summed over an image’s pixels.', LIKELIHOODS],
  [
    'covariance',
    'Covariance',
    textOf(COVARIANCES, covariance),
    'Full lets the units of one image vary together.',
    COVARIANCES,
  ],
]

function autoencoderRows(choice: CodeChoice): Told[] {
  const { sparsity, activationL1, rateTarget, rateWeight, weightL1, denoising, noise, masked } = choice
  const { network, tied, connections, connectionsBy, layerwise, layerEpochs, codeActivation } = choice
  const dense: Told[] = [
    ['tied', 'Tied weights', yesNo(tied), 'The decoder’s weights are the encoder’s, turned.', { kind: 'switch' }],
    [
      'connections',
      'Connections',
      connections === 1 ? 'all' : `${fixed(100 * connections, connections < 0.1 ? 1 : 0)} %`,
      connections === 1
        ? `${count(weightsOf(choice))} weights; a share from 0 to 1 compresses by fewer of them.`
        : `${count(Math.round(connections * weightsOf(choice)))} of ${count(weightsOf(choice))} weights; large layers lose most.`,
      real(0.001, 1),
    ],
    ...(connections < 1
      ? ([
          [
            'connectionsBy',
            'Kept by',
            textOf(CONNECTIONS_BY, connectionsBy),
            connectionsBy === 'pruning'
              ? 'All learn first; the weakest go during two thirds of the epochs.'
              : 'Quicker to compare with; what was drawn stays.',
            CONNECTIONS_BY,
          ],
        ] satisfies Told[])
      : []),
    [
      'layerwise',
      'Layer by layer',
      yesNo(layerwise),
      'Each layer first, on the codes of the one before; then all together.',
      { kind: 'switch' },
    ],
    ...(layerwise
      ? ([
          ['layerEpochs', 'Epochs a layer', String(layerEpochs), 'Before the whole is trained.', whole(1, 5000)],
        ] satisfies Told[])
      : []),
  ]
  const sparse: Told[] =
    sparsity === 'l1'
      ? [['activationL1', 'L1 weight', String(activationL1), 'Lambda of the sum of |a| over the code.', real(0, 1e6)]]
      : sparsity === 'rate'
        ? [
            [
              'rateTarget',
              'Target rate',
              String(rateTarget),
              'Mean activation a unit is drawn to.',
              real(0.001, 0.999),
            ],
            ['rateWeight', 'Rate weight', String(rateWeight), 'Weight of the KL to that rate.', real(0, 1e6)],
          ]
        : []
  const denoise: Told[] =
    denoising === 'gaussian'
      ? [['noise', 'Noise', `${noise} SD`, 'Values go from 0 to 1.', real(0.001, 10)]]
      : denoising === 'mask'
        ? [
            [
              'masked',
              'Left out',
              `${Math.round(masked * 100)} %`,
              'Of the pixels, drawn anew each time.',
              real(0.01, 0.99),
            ],
          ]
        : []
  return [
    ['sparsity', 'Sparse codes', textOf(SPARSITY, sparsity), 'Few units speak for each image.', SPARSITY],
    ...sparse,
    ['weightL1', 'L1 of weights', String(weightL1), 'Lambda of the sum of |w|: fewer connections.', real(0, 1e6)],
    [
      'denoising',
      'Denoising',
      textOf(DENOISING, denoising),
      'The encoder sees a corrupted image, the clean one is asked for.',
      DENOISING,
    ],
    ...denoise,
    ...(network === 'dense' ? dense : []),
    [
      'codeActivation',
      'Activation, code',
      ACTIVATION_NAMES[codeActivation],
      'Of the units of the code.',
      { kind: 'choice', options: activations },
    ],
  ]
}

/** Weights of a dense network, those of a tied decoder once. */
function weightsOf({ size, widths, units, tied }: CodeChoice): number {
  const sizes = [size * size, ...widths, units]
  const half = sizes.slice(1).reduce((sum, wide, layer) => sum + sizes[layer]! * wide, 0)
  return tied ? half : 2 * half
}

const overcompleteRow = ({ overcomplete }: CodeChoice): Told => [
  'overcomplete',
  'More units than pixels',
  overcomplete ? 'allowed' : 'refused',
  'For the study of sparse codes; the network may learn to copy.',
  { kind: 'switch' },
]

const activationRow = ({ activation }: CodeChoice): Told => [
  'activation',
  'Activation',
  ACTIVATION_NAMES[activation],
  'Of the hidden layers.',
  { kind: 'choice', options: activations },
]

const seedRow = ({ seed }: CodeChoice): Told => [
  'seed',
  'Seed',
  String(seed),
  'Split, weights, order and noise follow from it.',
  whole(0, 2_147_483_647),
]

/** "400, 100" as widths; null for anything but whole numbers from 1 on. */
export function parsedWidths(text: string): readonly number[] | null {
  const parts = text.split(/[\s,;]+/).filter(part => part !== '')
  const widths = parts.map(Number)
  return parts.length > 0 &&
    parts.length <= 15 &&
    widths.every(width => Number.isInteger(width) && width > 0 && width <= 100_000)
    ? widths
    : null
}
