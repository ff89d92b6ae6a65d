// What a run of codes has reached, in the words of its table and figures: its error, and that of as many principal components. Pure.
import type { RunSummary } from '#common/ipc/project'
import type { MetricsRow } from '#common/ipc/training'
import type { PcaError } from '#common/project/latentFiles'
import { count, fixed, score } from '../../stores/format'
import { lastTerm } from './codeChart'
import { segments } from './kind'

/** "PCA-16": 16 principal components. */
export const pcaName = ({ components }: PcaError): string => `PCA-${components}`

/** What a run is known by: the Dice of a network that segments, how well classes are told, the error of codes, the loss of every other. */
export function bestOf({ task, best }: Pick<RunSummary, 'task' | 'best'>): string {
  if (!best) return '–'
  if (segments(task)) return `Dice ${score(best.dice)}`
  if (best.balancedAccuracy !== undefined) return `bal. ${score(best.balancedAccuracy)}`
  return best.squaredError === undefined ? `loss ${fixed(best.loss, 1)}` : `error ${fixed(best.squaredError, 1)}`
}

/** How the figure came about, for those who point at it. */
export function pcaTold({ components, error, fittedOn, trainingImages }: PcaError): string {
  const of =
    fittedOn === trainingImages ? `all ${count(fittedOn)}` : `${count(fittedOn)} drawn from ${count(trainingImages)}`
  return `${count(components)} principal components leave a squared error of ${fixed(error, 1)} an image on the validation images. They were fitted on ${of} training images.`
}

/** A level of the chart of reconstruction errors; null where those are cross entropies. */
export const pcaLevel = (pca: PcaError | undefined): { value: number; text: string } | null =>
  pca?.term === 'reconstruction' ? { value: pca.error, text: pcaName(pca) } : null

/** Below the figure of the reconstruction error; where that is a cross entropy, the squared error is told, too. */
export function besidePca(pca: PcaError, rows: readonly MetricsRow[]): string {
  const sample = pca.fittedOn < pca.trainingImages ? ', of a sample' : ''
  const told = `${pcaName(pca)} ${fixed(pca.error, 1)}${sample}`
  if (pca.term === 'reconstruction') return told
  const own = lastTerm(rows, pca.term)
  return own === null ? `squared: ${told}` : `squared ${fixed(own, 1)}, ${told}`
}
