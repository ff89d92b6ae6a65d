// The yardstick of a code on real ONNX Runtime: against a case by hand, against the exact eigenvectors, and where images or units are few or many.
import { describe, expect, it } from 'vitest'
import { fitPca, pcaErrors, rowsOf } from '#common/latent/pca'
import { randomStream } from '#models/layers/random'
import { ImageSet } from '../datasets/imageSet'
import { openSessionCount } from '../runtime/openSession'
import type { ComponentRun } from './leadingComponents'
import { measurePca } from './pcaError'

const run = (seed = 0): ComponentRun => ({ threads: 1, seed, signal: new AbortController().signal })

function imagesOf(values: Float32Array, elements: number): ImageSet {
  const count = values.length / elements
  const items = Array.from({ length: count }, (_, n) => ({ id: `${n}`, patient: '', label: null, place: null }))
  return ImageSet.of({ name: 'test', shape: [1, 1, elements], values, items, classNames: [], scale: null })
}

/** Images that vary along `directions`, less and less, and a little everywhere. */
function varied(count: number, elements: number, directions: number, seed: number): Float32Array {
  const basis = randomStream(0, 'directions')
  const bases = Float32Array.from({ length: directions * elements }, basis.normal)
  const { normal } = randomStream(seed, 'images')
  const out = new Float32Array(count * elements)
  for (let n = 0; n < count; n++) {
    const scores = Array.from({ length: directions }, (_, c) => normal() * 0.8 ** c)
    for (let p = 0; p < elements; p++) {
      let value = 0.5 + 0.3 * normal()
      for (let c = 0; c < directions; c++) value += scores[c]! * bases[c * elements + p]!
      out[n * elements + p] = value
    }
  }
  return out
}

/** Independent of the iteration: all eigenvectors of the covariance matrix, in float64. */
function exactly(train: Float32Array, validation: Float32Array, elements: number, units: number): number {
  const errors = pcaErrors(fitPca(rowsOf(train, elements)), rowsOf(validation, elements), units)
  return errors.reduce((a, b) => a + b, 0) / errors.length
}

describe('what principal components reach', () => {
  it('is what it is by hand: four corners of a rectangle, and an image beside them', async () => {
    // Mean (1, 0.5); the first component is the long side. Of (1, 3) the short side is left: 2.5 squared.
    const train = imagesOf(Float32Array.of(0, 0, 2, 0, 0, 1, 2, 1), 2)
    const validation = imagesOf(Float32Array.of(1, 3, 5, 0.5), 2)
    const found = await measurePca({ train, validation }, 1, run())
    expect(found).toEqual({
      components: 1,
      fittedOn: 4,
      trainingImages: 4,
      error: expect.closeTo(2.5 ** 2 / 2, 5) as number,
    })
  })

  it.each([
    ['more images than values', 400, 40, 7],
    ['more values than images', 60, 300, 7],
    ['units that none of the variance is left for', 60, 40, 35],
  ])('equals that of the exact components: %s', async (_, count, elements, units) => {
    const [train, validation] = [varied(count, elements, 12, 1), varied(30, elements, 12, 2)]
    const exact = exactly(train, validation, elements, units)
    const found = await measurePca(
      { train: imagesOf(train, elements), validation: imagesOf(validation, elements) },
      units,
      run(),
    )
    expect(found!.error / exact).toBeCloseTo(1, 4)
    expect(openSessionCount()).toBe(0)
  })

  it('has as many components as the images allow: fewer images than units, one image, as many units as values', async () => {
    const elements = 30
    const [few, validation] = [varied(6, elements, 3, 1), imagesOf(varied(20, elements, 3, 2), elements)]
    const train = imagesOf(few, elements)
    const judged = (units: number, of = train) => measurePca({ train: of, validation }, units, run())
    // Six images vary in five directions, whatever the number of units.
    expect(await judged(12)).toMatchObject({ components: 5, fittedOn: 6 })
    expect((await judged(12))!.error).toBeCloseTo((await judged(5))!.error, 4)
    // Of one image there is only the mean: the error is the distance from it.
    const one = train.subset([0])
    const distances = Array.from({ length: 20 }, (_, n) => {
      const [image] = [validation.gather([n])]
      return image.reduce((sum, value, p) => sum + (value - few[p]!) ** 2, 0)
    })
    const far = distances.reduce((a, b) => a + b, 0) / 20
    const alone = await judged(4, one)
    expect(alone).toMatchObject({ components: 0, fittedOn: 1 })
    expect(alone!.error / far).toBeCloseTo(1, 5)
    expect(await judged(30)).toEqual({ components: 30, fittedOn: 6, trainingImages: 6, error: 0 })
  })

  it('is fitted on drawn images where all would take long: the same ones for the same seed', async () => {
    const [train, validation] = [imagesOf(varied(90, 20, 12, 1), 20), imagesOf(varied(30, 20, 12, 2), 20)]
    const within = (seed: number) => measurePca({ train, validation }, 4, run(seed), 20 * 44 * 50)
    const found = await within(0)
    expect(found).toMatchObject({ components: 4, fittedOn: 50, trainingImages: 90 })
    expect(await within(0)).toEqual(found)
    expect((await within(1))!.error).not.toBe(found!.error)
  })

  it('is left out where so many components would take minutes', async () => {
    const images = imagesOf(
      new Float32Array(400 * 4096).map((_, p) => p % 7),
      4096,
    )
    expect(await measurePca({ train: images, validation: images }, 300, run())).toBeNull()
  })

  it('ends when the run is stopped', async () => {
    const abort = new AbortController()
    abort.abort()
    const train = imagesOf(varied(50, 20, 3, 1), 20)
    const stopped = measurePca({ train, validation: train }, 3, { threads: 1, seed: 0, signal: abort.signal })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    expect(openSessionCount()).toBe(0)
  })
})
