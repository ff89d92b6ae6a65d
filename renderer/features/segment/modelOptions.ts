// Segmentation models as a list shows them: name, where each comes from, what it is for, how good it is. Pure.
import type { ModelCard } from '#common/ipc/compute'
import { score } from '../../stores/format'
import { meanDiceOf } from '../../stores'

const ORIGIN = { bundled: 'comes with Sagitta', run: 'trained here', imported: 'imported' } as const

export const modelOptions = (cards: readonly ModelCard[]) =>
  cards.map(card => ({
    value: card.path,
    text: card.name,
    sub: [ORIGIN[card.origin], card.modality, meanDiceOf(card) === null ? '' : `Dice ${score(meanDiceOf(card))}`]
      .filter(part => part !== '')
      .join(' · '),
  }))
