// Which cases somebody should look at first, and why: badly reconstructed, unlike the others in code, or model and hand disagree.

export interface CaseScores {
  readonly id: string
  /** Mean reconstruction error of its images. */
  readonly error: number
  /** Mean squared Mahalanobis distance of its codes from the normal ones, per unit. */
  readonly outlierness: number
  /** 1 - Dice of a model's labels and a person's; null where nobody compared them. */
  readonly disagreement: number | null
}

export const CASE_SCORES = ['disagreement', 'error', 'outlierness'] as const
export type CaseScore = (typeof CASE_SCORES)[number]

export interface QueuedCase extends CaseScores {
  /** Largest share of the other cases that one of its scores exceeds, 0 to 1: what it is ranked by. */
  readonly conspicuous: number
  /** The score that makes it so; null where none exceeds any other case's. */
  readonly by: CaseScore | null
  readonly reason: string
}

const SAYS: Readonly<Record<CaseScore, (value: number) => string>> = {
  error: value => `It is reconstructed worse than the others (error ${value.toPrecision(3)}).`,
  outlierness: value =>
    `Its codes lie apart from the others (${value.toPrecision(3)} times the usual squared distance).`,
  disagreement: value => `Model and hand disagree on it (Dice ${(1 - value).toFixed(2)}).`,
}

const PLAIN = 'Nothing about it stands out among these.'

/** Most conspicuous first. A case is as conspicuous as its most unusual score; equal ones by disagreement, then error. */
export function reviewQueue(cases: readonly CaseScores[]): QueuedCase[] {
  const scored = cases.map(one => {
    const shares = CASE_SCORES.flatMap(score => {
      const value = one[score]
      return value === null ? [] : [{ score, value, share: shareBelow(cases, score, value) }]
    })
    const most = shares.reduce((a, b) => (b.share > a.share ? b : a))
    const by = most.share > 0 ? most.score : null
    return { ...one, conspicuous: most.share, by, reason: by === null ? PLAIN : SAYS[by](most.value) }
  })
  return scored.sort(
    (a, b) => b.conspicuous - a.conspicuous || (b.disagreement ?? -1) - (a.disagreement ?? -1) || b.error - a.error,
  )
}

function shareBelow(cases: readonly CaseScores[], score: CaseScore, value: number): number {
  const others = cases.flatMap(one => one[score] ?? [])
  return others.length < 2 ? 0 : others.filter(other => other < value).length / (others.length - 1)
}
