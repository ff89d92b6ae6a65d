// `sagitta evaluate PRED TRUTH`
import { evaluateLabels, type Evaluation } from '#common/metrics/evaluate'
import { distinctLabels, openVolume, readLabels } from '#study/index'
import { readArguments, type Command, type CommandIo } from '../command'

export const evaluate: Command = {
  name: 'evaluate',
  usage: `evaluate PRED TRUTH
  Compares two label maps of one grid: Dice, IoU, HD95, ASSD and volumes per label. A label that is in neither is not counted.`,

  async run(argv, io) {
    const { positionals } = readArguments(argv, ['PRED', 'TRUTH'], {})
    const [predictionPath, truthPath] = positionals as [string, string]
    const { info, data } = await openVolume(truthPath, { signal: io.signal })
    const truth = Uint16Array.from(data)
    const prediction = await readLabels(predictionPath, info, truthPath)
    const values = [...new Set([...distinctLabels(truth), ...distinctLabels(prediction)])].sort((a, b) => a - b)
    const evaluation = evaluateLabels(
      prediction,
      truth,
      info,
      values.map(value => ({ value, name: `Label ${value}` })),
    )
    printEvaluation(evaluation, io)
    return evaluation
  },
}

export function printEvaluation({ labels, mean }: Evaluation, io: CommandIo): void {
  const show = (value: number | null, digits: number): string => value?.toFixed(digits) ?? 'n/a'
  for (const { name, dice, iou, hd95Mm, assdMm } of labels)
    io.print(
      `${name.padEnd(24)} Dice ${show(dice, 3)}  IoU ${show(iou, 3)}  HD95 ${show(hd95Mm, 1)} mm  ASSD ${show(assdMm, 2)} mm`,
    )
  io.print(`${'mean'.padEnd(24)} Dice ${show(mean.dice, 3)}  IoU ${show(mean.iou, 3)}  over ${mean.counted} labels`)
}
