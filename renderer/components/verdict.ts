// A geometry verdict as a pictogram and a word; amber only when it needs care. Pure.
import type { Verdict, VerdictKind } from '#common/geometry/types'
import type { IconName } from './icons'

export interface VerdictLook {
  readonly icon: IconName
  readonly word: string
  readonly care: boolean
}

const ICON: Readonly<Record<VerdictKind, IconName>> = {
  uniform: 'verdictUniform',
  gaps: 'verdictGaps',
  duplicates: 'verdictDuplicates',
  tilted: 'verdictTilted',
  irregular: 'verdictIrregular',
  none: 'verdictNone',
}

function wordOf({ kind, gaps, tiltDegrees, files }: Verdict): string {
  switch (kind) {
    case 'uniform':
      return 'Uniform'
    case 'gaps':
      return gaps.length === 1 ? '1 gap' : `${gaps.length} gaps`
    case 'duplicates':
      return files.length === 1 ? '1 duplicate' : `${files.length} duplicates`
    case 'tilted':
      return tiltDegrees === null ? 'Tilted' : `Tilted ${tiltDegrees.toFixed(1)}°`
    case 'irregular':
      return 'Irregular'
    case 'none':
      return 'No geometry'
  }
}

export const verdictLook = (verdict: Verdict): VerdictLook => ({
  icon: ICON[verdict.kind],
  word: wordOf(verdict),
  care: verdict.kind !== 'uniform' && verdict.kind !== 'none',
})
