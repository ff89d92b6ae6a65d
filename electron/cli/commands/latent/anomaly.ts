// `sagitta latent anomaly`: images and volumes unlike the normal ones; with --compare also where a model and the hand disagree.
import type { HandAgreement } from '#common/ipc/compute'
import { anomaliesOf, errorMaps, readModel, type CodeSet, type LatentModel, type ModelFile } from '#compute/index'
import { readArguments, required, UsageError, wholeNumber, type Command, type CommandIo } from '../../command'
import { pathsFrom } from '../labelledCase'
import { compareWithHand } from './compareWithHand'
import { writePictures, writeText } from './files'
import { encodeSource, sourceAt } from './source'
import { withModel } from './withModel'

export const latentAnomaly: Command = {
  name: 'latent anomaly',
  usage: `latent anomaly MODEL SOURCE --out RANKING.csv [--normals SOURCE] [--anomalous 1,2] [--share 0.95] [--maps MAPS.{npy,png}] [--compare SEGMENTATION_MODEL]
  Ranks images by the error of their reconstruction and by how far their code lies from normal ones. --normals: images the model was not
  trained on, for the threshold. --anomalous: labels that count as anomalous, for the ROC. --maps: the error at every pixel.
  --compare: a segmentation model beside the label maps of SOURCE (labels by name, its "classes"): where the two disagree joins the ranking of
  volumes.`,

  run: (argv, io) => {
    const { positionals, values } = readArguments(argv, ['MODEL', 'SOURCE'], {
      out: { type: 'string' },
      normals: { type: 'string' },
      anomalous: { type: 'string' },
      share: { type: 'string', default: '0.95' },
      maps: { type: 'string' },
      compare: { type: 'string' },
    })
    const out = required(values.out, '--out RANKING.csv')
    const share = Number(values.share)
    if (!(share > 0 && share < 1))
      throw new UsageError(`--share takes a number between 0 and 1, not "${values.share}".`)
    return withModel(positionals[0]!, async ({ studio, model, cache }) => {
      const compared = values.compare === undefined ? null : await readModel(values.compare)
      const agreements = compared && (await agreementsOf(compared, positionals[1]!, model, io))
      const set = await encodeSource(studio, model, positionals[1]!, cache, io)
      const found = anomaliesOf(set, {
        normals: values.normals ? await encodeSource(studio, model, values.normals, cache, io) : null,
        anomalousLabels: values.anomalous?.split(',').map(label => wholeNumber(label, '--anomalous')) ?? null,
        share,
        disagreement: disagreementOf(agreements ?? []),
      })
      const ranking = Array.from(found.ranking, n => ({
        ...{ index: n, id: set.images.items[n]!.id, error: set.errors[n]!, outlierness: found.outlierness[n]! },
      }))
      const path = await writeText(out, rankingTable(ranking), io)
      const maps = values.maps ? await writeMaps(set, values.maps, io) : null
      const roc = found.roc && { area: found.roc.area, averagePrecision: found.roc.averagePrecision }
      if (found.threshold !== null)
        io.print(`${found.above} of ${ranking.length} above ${found.threshold.toPrecision(4)}`)
      if (roc)
        io.print(`area under the ROC ${roc.area.toFixed(3)}, average precision ${roc.averagePrecision.toFixed(3)}`)
      for (const { volumeId, dice, reason } of agreements ?? [])
        io.print(dice === null ? `${volumeId}: not compared. ${reason}` : `${volumeId}: Dice ${dice.toFixed(3)}`)
      const { threshold, above, cases } = found
      return {
        ...{ out: path, maps, count: ranking.length, threshold, above, roc, cases, agreements },
        first: ranking.slice(0, 20).map((item, n) => ({ ...item, reason: found.reasons[n] })),
      }
    })
  },
}

async function agreementsOf(model: ModelFile, source: string, codes: LatentModel, io: CommandIo) {
  return compareWithHand(await sourceAt(source, codes, io), model, pathsFrom(source), io)
}

/** 1 - Dice by volume, of what could be compared. */
const disagreementOf = (agreements: readonly HandAgreement[]): Record<string, number> =>
  Object.fromEntries(agreements.flatMap(({ volumeId, dice }) => (dice === null ? [] : [[volumeId, 1 - dice]])))

const rankingTable = (ranking: readonly { id: string; error: number; outlierness: number }[]): string =>
  `${['rank,id,error,outlierness', ...ranking.map(({ id, error, outlierness }, n) => `${n + 1},"${id.replaceAll('"', '""')}",${error},${outlierness}`)].join('\n')}\n`

/** Error maps in the order of the images; as PNG scaled so that the largest error is white. */
async function writeMaps(set: CodeSet, out: string, io: CommandIo): Promise<string> {
  const { model, images } = set
  const inputs = images.gather([...images.items.keys()])
  const maps = errorMaps(model.facts.error, inputs, await model.decode(set.codes))
  const largest = maps.reduce((a, b) => Math.max(a, b), 0)
  const shown = /\.png$/i.test(out) && largest > 0 ? maps.map(value => value / largest) : maps
  return writePictures(out, shown, images.shape, 16, io)
}
