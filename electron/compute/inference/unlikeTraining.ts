// "Unlike the training data": what of an image lies far off what the model learnt from, in one plain sentence with the numbers each.
import type { ImageFacts } from '../datasets/imageFacts'
import type { ModelMetadata } from '../modelFile/metadata'
import { apart, type TrainedOn } from '../modelFile/trainedOn'

/** Voxels this much smaller or larger than the smallest or largest of training are another resolution. */
const SPACING_FACTOR = 1.4
/** Values may lie so many standard deviations of normalisation off those of training, or so many times farther than its own images. */
const FAR_SD = 0.5
const FAR_SPREAD = 3

/** Empty where the model's file says nothing of its training images, as older ones and those made elsewhere. */
export function unlikeTraining(
  { model, preprocessing, trainedOn }: Pick<ModelMetadata, 'model' | 'preprocessing' | 'trainedOn'>,
  image: ImageFacts,
): string[] {
  if (!trainedOn) return []
  return [
    ...otherSpacing(trainedOn, image),
    ...otherIntensities(trainedOn, image, preprocessing, model.modality === 'CT' ? 'HU' : ''),
  ]
}

function otherSpacing({ spacingMm }: TrainedOn, image: ImageFacts): string[] {
  if (!spacingMm || !image.spacingMm) return []
  const [x, y, z] = image.spacingMm
  const { min, max } = spacingMm
  const parts = [
    ...(isFar(z, min[2], max[2]) ? [`slices are ${mm(z)} mm apart, trained on ${range(min[2], max[2])} mm`] : []),
    ...(isFar(x, min[0], max[0]) || isFar(y, min[1], max[1])
      ? [
          `pixels are ${mm(x)} × ${mm(y)} mm, trained on ${range(Math.min(min[0], min[1]), Math.max(max[0], max[1]))} mm`,
        ]
      : []),
  ]
  return parts.length === 0 ? [] : [`Unlike the training data: ${parts.join('; ')}. Look twice at small structures.`]
}

const isFar = (value: number, min: number, max: number): boolean =>
  value < min / SPACING_FACTOR || value > max * SPACING_FACTOR

/** Where every image is normalised by its own numbers, a shift or another unit means nothing to the network. */
function otherIntensities(
  { intensity }: TrainedOn,
  { quantiles }: ImageFacts,
  { normalization }: ModelMetadata['preprocessing'],
  unit: string,
): string[] {
  if (!('mean' in normalization) || quantiles.length !== intensity.quantiles.length) return []
  const { distance, shift } = apart(quantiles, intensity.quantiles)
  if (distance <= Math.max(FAR_SD, FAR_SPREAD * intensity.spread)) return []
  const said = (value: number): string => `${Math.round(value * normalization.sd)}${unit === '' ? '' : ` ${unit}`}`
  const way = Math.abs(shift) > distance / 2 ? (shift > 0 ? 'above' : 'below') : 'away from'
  const own = intensity.spread > 0 ? `, whose own scans differ by up to ${said(intensity.spread)}` : ''
  return [
    `Unlike the training data: values lie on average ${said(distance)} ${way} those it was trained on${own}. Check the unit and the kind of scan; look twice at everything.`,
  ]
}

const mm = (value: number): string => value.toFixed(value < 10 ? 2 : 1)
const range = (min: number, max: number): string => (mm(min) === mm(max) ? mm(min) : `${mm(min)} to ${mm(max)}`)
