// A segmentation model beside the label maps of a source: how far the two agree on each volume, and why some can't be compared.
import { asSagittaError } from '#common/errors'
import type { HandAgreement } from '#common/ipc/compute'
import type { ImageSourceConfig, StudySourceConfig } from '#common/latent/imageSource'
import { Agreement, sharedNames } from '#common/metrics/agreement'
import { TestedProviders, type ModelFile } from '#compute/index'
import { openVolume, readLabels } from '#study/index'
import { UsageError, type CommandIo } from '../../command'
import { segmentVolume } from '../segmentVolume'

type Case = StudySourceConfig['cases'][number]

/**
 * Labels are matched by name: those of the label maps are the source's `classes`. Every slice of a label map counts as complete.
 * @param at makes a path of the source absolute
 * @returns by the image of each case, which is what its codes call the volume
 * @throws usage for sources that name no labels; provider-unavailable; cancelled
 */
export async function compareWithHand(
  source: ImageSourceConfig,
  model: ModelFile,
  at: (path: string) => string,
  io: CommandIo,
): Promise<HandAgreement[]> {
  if (source.kind !== 'studies' || source.classes.length === 0)
    throw new UsageError('--compare needs a source of volumes (JSON) with label maps, and their names in "classes".')
  const { classes } = source
  const { labels } = model.metadata.model
  const known = sharedNames(classes, labels).length > 0
  const { provider } = await new TestedProviders().choose('auto')
  const found: HandAgreement[] = []
  for (const one of source.cases) {
    const none = { volumeId: one.image, labels: [], dice: null, slices: 0, worstSlice: null }
    if (one.labels === null) found.push({ ...none, reason: 'It has no label map.' })
    else if (!known) found.push({ ...none, reason: 'The model knows none of the classes by name.' })
    else
      try {
        found.push(await compareCase(one, at(one.labels)))
      } catch (thrown) {
        const { code, message } = asSagittaError(thrown)
        if (code === 'cancelled' || code === 'internal') throw thrown
        found.push({ ...none, reason: message })
      }
  }
  return found

  async function compareCase({ id, image }: Case, labelsPath: string): Promise<HandAgreement> {
    io.log(`Segmenting ${id}`)
    const volume = await openVolume(at(image), { labels: labelsPath, signal: io.signal })
    const hand = await readLabels(labelsPath, volume.info, volume.info.source)
    const { values } = await segmentVolume(model, volume, provider, io)
    const agreement = new Agreement(classes, labels)
    const [columns, rows, slices] = volume.info.size
    for (let k = 0; k < slices; k++) {
      const [from, to] = [k * columns * rows, (k + 1) * columns * rows]
      agreement.addSlice(k, hand.subarray(from, to), values.subarray(from, to))
    }
    const result = agreement.result()
    const reason = result.dice === null ? 'None of the labels that both know is on it, drawn or found.' : null
    return { volumeId: image, ...result, slices, reason }
  }
}
