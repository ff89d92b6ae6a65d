// Models that segment as a list shows them: name, where each comes from, what it is for, how good it is. Pure.
import type { ModelCard } from '#common/ipc/compute'
import { score } from '../../stores/format'
import { meanDiceOf } from '../../stores'

const ORIGIN = { bundled: 'comes with Sagitta', run: 'trained here', imported: 'imported' } as const

function merit(card: ModelCard): string {
  const dice = meanDiceOf(card)
  if (dice !== null) return `Dice ${score(dice)}`
  const { balancedAccuracy } = card.metrics
  return balancedAccuracy == null ? '' : `balanced accuracy ${score(balancedAccuracy)}`
}

export const modelOptions = (cards: readonly ModelCard[]) =>
  cards.map(card => ({
    value: card.path,
    text: card.name,
    sub: [ORIGIN[card.origin], card.modality, card.task === 'classifier' ? 'pixel by pixel' : '', merit(card)]
      .filter(part => part !== '')
      .join(' · '),
  }))
