// Lesions of a phantom as anomalies: a VAE and PCA learn lesion-free patches of one patient; their residuals are to show another's lesions.
import { join } from 'node:path'
import { averagePrecision } from '#common/latent/roc'
import { fitPca, type Pca } from '#common/latent/pca'
import { imageSourceSchema } from '#common/latent/imageSource'
import { PHANTOM_LABELS, PHANTOM_PATIENTS } from '#common/phantom/index'
import { LatentStudio, openImages } from '#compute/index'
import { readLabelFile, type SampleStudy } from '#study/index'
import { prepareImages } from '../electron/cli/commands/prepareImages'
import { ioOf, patientsOnDisk } from './_phantom'
import { fixed, trained, type Reproduction, type Result } from './_run'

const [SIDE, STEP, EPOCHS, CODE, PCA_PATCHES] = [32, 8, 12, 32, 12_000]
const RANKS = [4, 8, 16, 32, 64, 128]
const [LIVER, LESION] = ['Liver', 'Lesion'].map(name => PHANTOM_LABELS.find(label => label.name === name)!.value)
/** Soft tissue, HU. */
const SCALE = { low: -100, high: 250 }
/** Residuals are averaged over squares of this side before they are squared: noise is no lesion. */
const SMOOTHED = 5
const BATCH = 1024

/** Patches [n, side * side] to their reconstructions. */
type Reconstruct = (patches: Float32Array) => Promise<Float32Array>

export async function main(reproduction: Reproduction): Promise<Result> {
  const [teacher, chooser, judge] = (await patientsOnDisk(PHANTOM_PATIENTS, reproduction)) as [
    SampleStudy,
    SampleStudy,
    SampleStudy,
  ]
  const [learnt, held] = [
    await patchesOf(teacher, 'free', reproduction),
    await patchesOf(chooser, 'free', reproduction),
  ]
  const { folder, last } = await trained(
    'vae',
    {
      ...{
        task: 'vae',
        dataset: learnt.source,
        validation: held.source,
        scale: SCALE,
        seed: 1,
        batch: 128,
        epochs: EPOCHS,
      },
      model: { latent: CODE, network: { kind: 'dense', widths: [512] } },
      initial: 'inputs',
    },
    reproduction,
    { headers: learnt.headers, validationHeaders: held.headers },
  )
  const fewer = { ...learnt.source, select: { ...learnt.source.select, atMost: PCA_PATCHES } }
  const images = (await openImages(fewer, learnt)).scaled(SCALE)
  const pca = fitPca({ count: images.count, dimensions: images.elements, read: (n, out) => images.read(n, out) })
  const rank = await bestRank(pca, chooser, reproduction)
  const studio = new LatentStudio({ provider: 'cpu', threads: null })
  const model = await studio.model(join(folder, 'model.onnx'))
  const vae = await scored(judge, async patches => model.decode((await model.encode(patches)).codes), reproduction)
  const linear = await scored(judge, byPca(pca, rank), reproduction)
  await studio.release()
  return {
    rows: [
      {
        row: 'Phantom lesions as anomalies, VAE on lesion-free patches of one patient, tested on another: pixel AUPRC',
        reach: 'against PCA with k chosen on a third patient',
        found:
          `within the liver VAE ${fixed(vae.liver, 3)}, PCA-${rank} ${fixed(linear.liver, 3)} (chance ${fixed(vae.chance.liver, 3)}); ` +
          `in the whole scan ${fixed(vae.whole, 4)}, ${fixed(linear.whole, 4)} (chance ${fixed(vae.chance.whole, 4)})`,
        seconds: last.seconds,
      },
    ],
    details: { vae, pca: linear, rank },
  }
}

function patchesOf(study: SampleStudy, keep: 'free' | 'all', reproduction: Reproduction) {
  const source = imageSourceSchema.parse({
    ...{
      kind: 'studies',
      unit: 'patches',
      size: [SIDE, SIDE],
      step: STEP,
      keep,
      keepBy: [LESION],
      crop: { above: -500 },
    },
    classes: PHANTOM_LABELS.map(({ value, name }) => ({ value, name })),
    cases: [{ id: study.patientId, patient: study.patientId, image: study.dicomFolder, labels: study.truth }],
  })
  return prepareImages(source, path => path, join(reproduction.runs, 'prepared'), ioOf(reproduction))
}

/** The rank whose residuals show the lesions of the patient that chooses best, within the liver. */
async function bestRank(pca: Pca, chooser: SampleStudy, reproduction: Reproduction): Promise<number> {
  let best = { rank: RANKS[0]!, score: -1 }
  for (const rank of RANKS) {
    const { liver } = await scored(chooser, byPca(pca, rank), reproduction)
    reproduction.log(`PCA-${rank} on ${chooser.patientId}: ${fixed(liver, 4)} within the liver`)
    if (liver > best.score) best = { rank, score: liver }
  }
  return best.rank
}

const byPca =
  ({ mean, components, dimensions }: Pca, rank: number): Reconstruct =>
  async patches => {
    const out = new Float32Array(patches.length)
    for (let start = 0; start < patches.length; start += dimensions) {
      for (let d = 0; d < dimensions; d++) out[start + d] = mean[d]!
      for (let c = 0; c < rank; c++) {
        let along = 0
        for (let d = 0; d < dimensions; d++) along += (patches[start + d]! - mean[d]!) * components[c * dimensions + d]!
        for (let d = 0; d < dimensions; d++) out[start + d]! += along * components[c * dimensions + d]!
      }
    }
    return out
  }

interface Scored {
  /** Average precision over pixels. */
  readonly liver: number
  readonly whole: number
  /** Share of lesion pixels: what guessing would reach. */
  readonly chance: { readonly liver: number; readonly whole: number }
}

/** Every pixel's score: its mean residual over the patches that show it, smoothed, squared. Pixels that no patch shows are left out. */
async function scored(study: SampleStudy, reconstruct: Reconstruct, reproduction: Reproduction): Promise<Scored> {
  const prepared = await patchesOf(study, 'all', reproduction)
  const images = (await openImages(prepared.source, prepared)).scaled(SCALE)
  const truth = await readLabelFile(study.truth)
  const [columns, rows] = truth.size
  const [sums, counts] = [new Float32Array(truth.values.length), new Uint16Array(truth.values.length)]
  for (let first = 0; first < images.count; first += BATCH) {
    const indices = Uint32Array.from({ length: Math.min(BATCH, images.count - first) }, (_, n) => first + n)
    const patches = images.gather(indices)
    const outputs = await reconstruct(patches)
    indices.forEach((item, n) => {
      const { k, left, top } = images.items[item]!.place!
      for (let p = 0; p < SIDE * SIDE; p++) {
        const voxel = left + (p % SIDE) + columns * (top + Math.floor(p / SIDE) + rows * k)
        sums[voxel]! += patches[n * SIDE * SIDE + p]! - outputs[n * SIDE * SIDE + p]!
        counts[voxel]! += 1
      }
    })
  }
  const scores = smoothed(
    sums.map((sum, voxel) => (counts[voxel]! > 0 ? sum / counts[voxel]! : 0)),
    columns,
    rows,
  )
  const seen = Array.from(truth.values.keys()).filter(voxel => counts[voxel]! > 0)
  const inLiver = seen.filter(voxel => truth.values[voxel] === LIVER || truth.values[voxel] === LESION)
  const judged = (voxels: readonly number[]): { precision: number; share: number } => {
    const positive = voxels.map(voxel => (truth.values[voxel] === LESION ? 1 : 0))
    const share = positive.reduce<number>((a, b) => a + b, 0) / voxels.length
    return {
      precision: averagePrecision(
        voxels.map(voxel => scores[voxel]! ** 2),
        positive,
      ),
      share,
    }
  }
  const [whole, liver] = [judged(seen), judged(inLiver)]
  return { whole: whole.precision, liver: liver.precision, chance: { whole: whole.share, liver: liver.share } }
}

/** Mean over a square in the slice; squares are cut at the border. */
function smoothed(values: Float32Array, columns: number, rows: number): Float32Array {
  const reach = SMOOTHED >> 1
  const out = new Float32Array(values.length)
  for (let voxel = 0; voxel < values.length; voxel++) {
    const [i, j] = [voxel % columns, Math.floor(voxel / columns) % rows]
    let [sum, count] = [0, 0]
    for (let y = Math.max(0, j - reach); y <= Math.min(rows - 1, j + reach); y++)
      for (let x = Math.max(0, i - reach); x <= Math.min(columns - 1, i + reach); x++) {
        sum += values[voxel + (x - i) + columns * (y - j)]!
        count += 1
      }
    out[voxel] = sum / count
  }
  return out
}
