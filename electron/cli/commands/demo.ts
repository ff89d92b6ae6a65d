// `sagitta demo`: the main job without a window, on the sample study or on a scan with its labels.
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { UsageError, readArguments, type Command } from '../command'
import { demoOnSample } from './demoOnSample'
import { demoOnStudy } from './demoOnStudy'

export const demo: Command = {
  name: 'demo',
  usage: `demo [--study PATH --labels FILE] [--out DIR]
  Trains on two patients of the sample study and tests on the third; or, with a scan and its labels, trains on part of the slices and
  segments the rest. Prints Dice per label. DIR keeps the run.`,

  async run(argv, io) {
    const { values } = readArguments(argv, [], {
      study: { type: 'string' },
      labels: { type: 'string' },
      out: { type: 'string' },
    })
    const { study, labels } = values
    if ((study === undefined) !== (labels === undefined)) throw new UsageError('--study and --labels belong together.')
    const folder = values.out === undefined ? await mkdtemp(join(tmpdir(), 'sagitta-demo-')) : resolve(values.out)
    return study !== undefined && labels !== undefined
      ? demoOnStudy({ study: resolve(study), labels: resolve(labels), folder }, io)
      : demoOnSample(folder, io)
  },
}
