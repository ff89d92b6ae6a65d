// Judges an autoencoder or a VAE on held-out images: every term, every image's error, and what the units of the code do.
import { COLLAPSED_NATS, unitStatistics } from '#common/latent/units'
import type { Program } from '#models/programs/types'
import type { ImageSet } from '../datasets/imageSet'
import { noiseFeeds } from '../runtime/noise'
import type { SessionOptions } from '../runtime/openSession'
import { ProgramSession } from '../runtime/programSession'
import type { StateTensors } from '../runtime/stateTensors'
import { readingBatch } from './imageBatches'
import type { LatentNetwork } from './latentNetwork'
import type { Validation } from './task'

export interface JudgedImages extends Validation {
  /** Error of each image's reconstruction, summed over its values. */
  readonly errors: Float32Array
}

/** Images are judged in batches; a last, smaller one has a program of its own, so that every image counts the same. */
export class ImageValidator {
  private readonly sessions = new Map<number, Promise<ProgramSession>>()

  constructor(
    private readonly images: ImageSet,
    private readonly network: LatentNetwork,
    private readonly session: SessionOptions,
    private readonly seed: number,
  ) {}

  async validate(state: StateTensors, named: (name: string) => string): Promise<JudgedImages> {
    const { images, network } = this
    const errors = new Float32Array(images.count)
    const codes = new Float32Array(images.count * network.units)
    const sums = new Map<string, number>()
    const perUnit = new Float64Array(network.units)
    const batch = readingBatch(images.elements)
    for (let first = 0; first < images.count; first += batch) {
      const size = Math.min(batch, images.count - first)
      const session = await this.sessionFor(size)
      const image = images.gather(Uint32Array.from({ length: size }, (_, n) => first + n))
      // The same noise in every epoch: losses are comparable.
      const noise = noiseFeeds(session.program.inputs, this.seed, -1 - first)
      const outputs = await session.run({ image, ...noise }, state, named)
      errors.set(outputs.errors!, first)
      codes.set(outputs.code!, first * network.units)
      for (const [name, values] of Object.entries(outputs))
        if (values.length === 1 && SCALARS.has(name)) sums.set(name, (sums.get(name) ?? 0) + values[0]! * size)
      // What codes that were learnt by another measure are compared by, too.
      if (network.error !== 'squaredError')
        sums.set('squaredError', (sums.get('squaredError') ?? 0) + squaredDistance(outputs.output!, image))
      outputs.klPerUnit?.forEach((nats, unit) => (perUnit[unit]! += nats * size))
    }
    const means = new Map([...sums].map(([name, sum]) => [name, sum / images.count]))
    return this.judged(means, errors, codes, perUnit)
  }

  private judged(
    means: ReadonlyMap<string, number>,
    errors: Float32Array,
    codes: Float32Array,
    perUnit: Float64Array,
  ): JudgedImages {
    const { units, encoder } = this.network
    const statistics = unitStatistics(codes, units)
    const nats = Array.from(perUnit, sum => sum / this.images.count)
    const isVae = encoder.task === 'vae'
    const { loss = NaN, ...terms } = Object.fromEntries(means)
    return {
      loss,
      dice: {},
      meanDice: null,
      allBackground: false,
      collapsed: isVae && nats.reduce((a, b) => a + b, 0) / units < COLLAPSED_NATS,
      terms: {
        ...terms,
        activeUnits: statistics.filter(({ active }) => active).length,
        meanActivation: statistics.reduce((sum, unit) => sum + unit.meanActivation, 0) / units,
        onShare: statistics.reduce((sum, unit) => sum + unit.onShare, 0) / units,
      },
      units: isVae ? nats : statistics.map(({ variance }) => variance),
      errors,
    }
  }

  async release(): Promise<void> {
    for (const session of this.sessions.values()) await (await session).release()
    this.sessions.clear()
  }

  private sessionFor(batch: number): Promise<ProgramSession> {
    const known = this.sessions.get(batch)
    if (known) return known
    const program: Program = this.network.evaluate(batch)
    const opened = ProgramSession.open(program, this.session)
    this.sessions.set(batch, opened)
    return opened
  }
}

const SCALARS: ReadonlySet<string> = new Set(['loss', 'reconstruction', 'kl', 'beta', 'sparsity'])

function squaredDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let p = 0; p < a.length; p++) sum += (a[p]! - b[p]!) ** 2
  return sum
}
