// Made-up training batches and the loop of the "overfit one batch" tests.
import { randomStream } from '../layers/random'
import type { Lowering } from '../passes'
import type { Program, StateValues } from '../programs/types'
import { expect } from 'vitest'
import { createStepper, type Feed } from './stepper'

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1)

/** Noise with brighter discs (balls) in the middle; the discs are the label. */
export function discs(size: readonly number[], batch: number, seed = 1): Record<'image' | 'target' | 'weight', Feed> {
  const { normal } = randomStream(seed, 'discs')
  const voxels = product(size)
  const image = new Float32Array(batch * voxels)
  const target = new Int32Array(batch * voxels)
  for (let i = 0; i < image.length; i += 1) {
    let rest = i % voxels
    let distance = 0
    for (let axis = size.length - 1; axis >= 0; axis -= 1) {
      distance += ((rest % size[axis]!) - size[axis]! / 2) ** 2
      rest = Math.floor(rest / size[axis]!)
    }
    target[i] = distance < (size[0]! / 4) ** 2 ? 1 : 0
    image[i] = target[i]! + 0.5 * normal()
  }
  return { image, target, weight: new Float32Array(batch * voxels).fill(1) }
}

/** Grey images in 0..1: a soft blob each, at places of its own. [batch, ...size] */
export function blobs([height, width]: readonly [number, number], batch: number, seed = 1): Float32Array {
  const { uniform } = randomStream(seed, 'blobs')
  const images = new Float32Array(batch * height * width)
  for (let n = 0; n < batch; n += 1) {
    const [y, x] = [uniform() * height, uniform() * width]
    for (let i = 0; i < height * width; i += 1) {
      const distance = (Math.floor(i / width) - y) ** 2 + ((i % width) - x) ** 2
      images[n * height * width + i] = Math.exp(-distance / 8)
    }
  }
  return images
}

export interface TrainedBatch {
  readonly rows: readonly Readonly<Record<string, Float32Array>>[]
  readonly losses: readonly number[]
  readonly state: Map<string, Float32Array>
}

/** Trains on one batch over and over; random inputs come from the seed. One thread. */
export async function trainOnBatch(
  { train, initialState }: { readonly train: Program; readonly initialState: (seed: number) => StateValues },
  feeds: Readonly<Record<string, Feed>>,
  steps: number,
  seed = 7,
  lowering?: Lowering,
): Promise<TrainedBatch> {
  const stepper = await createStepper(train, initialState(seed), {}, lowering)
  const draw = randomInputs(train, seed)
  const rows: Readonly<Record<string, Float32Array>>[] = []
  for (let i = 0; i < steps; i += 1) rows.push(await stepper.run({ ...feeds, ...draw() }))
  const state = stepper.state()
  await stepper.release()
  return { rows, losses: rows.map(row => row.loss![0]!), state }
}

/** Draws a program's random inputs, run after run. */
export function randomInputs(program: Program, seed: number): () => Record<string, Float32Array> {
  const stream = randomStream(seed, 'inputs')
  const random = program.inputs.filter(spec => spec.random !== undefined)
  return () =>
    Object.fromEntries(
      random.map(spec => [
        spec.name,
        Float32Array.from(
          { length: product(spec.shape as number[]) },
          spec.random === 'normal' ? stream.normal : stream.uniform,
        ),
      ]),
    )
}

/** Runs a program once on a state. Symbolic axes take their size from the feed's length. */
export async function runOnce(
  program: Program,
  state: StateValues,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Readonly<Record<string, Float32Array>>> {
  const stepper = await createStepper(program, state)
  const outputs = await stepper.run(feeds)
  await stepper.release()
  return outputs
}

/** Losses against committed numbers, within 1e-4 of their size. */
export function expectSequence(losses: readonly number[], golden: readonly number[]): void {
  expect(losses, `losses ${losses.join(', ')}`).toHaveLength(golden.length)
  losses.forEach((loss, i) =>
    expect(Math.abs(loss - golden[i]!), `losses ${losses.join(', ')}`).toBeLessThan(1e-4 * Math.max(1, golden[i]!)),
  )
}
