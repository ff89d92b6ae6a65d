// The settings that only a classifier has, as rows. Pure.
import { plural } from '../../stores/format'
import type { CodeChoice } from './codeChoice'
import type { Told } from './codeRow'
import { RANDOM } from './encoderChoice'

export interface EncoderOption {
  readonly value: string
  readonly text: string
  readonly sub: string
}

export function classifierRows(choice: CodeChoice, encoders: readonly EncoderOption[]): Told[] {
  const { encoder, frozen, balanced, perClass } = choice
  const random = encoder === RANDOM
  const options = [...encoders, { value: RANDOM, text: 'random start', sub: 'the comparison' }]
  return [
    [
      'encoder',
      'Encoder',
      options.find(({ value }) => value === encoder)?.text ?? encoder,
      random
        ? encoders.length === 0
          ? 'Train an autoencoder or a VAE first to start from what it learnt without labels.'
          : 'What the same labels teach without what a run learnt before.'
        : 'What this run learnt without labels; one more layer goes on its code.',
      { kind: 'choice', options },
    ],
    ...(random
      ? []
      : ([
          [
            'frozen',
            'Frozen',
            frozen ? 'yes' : 'no',
            frozen ? 'Only the new layer learns.' : 'The encoder learns on with the new layer.',
            { kind: 'switch' },
          ],
        ] satisfies Told[])),
    [
      'perClass',
      'Labels used',
      perClass === null ? 'all' : `at most ${plural(perClass, 'image')} a class`,
      'Of each class to learn from; all that is held out judges.',
      { kind: 'number', min: 1, max: 1_000_000, whole: true },
    ],
    [
      'balanced',
      'Balanced',
      balanced ? 'yes' : 'no',
      balanced ? 'Every class counts the same, however few show it.' : 'A class counts as often as it is shown.',
      { kind: 'switch' },
    ],
  ]
}
