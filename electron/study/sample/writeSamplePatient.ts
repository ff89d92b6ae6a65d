// One patient of the sample study on disk: a folder of CT files and the ground-truth target map, there whole or not at all.
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { gridAffine, PHANTOM_VERSION, sliceGrid, type PhantomPatient } from '#common/phantom/index'
import { writeNifti } from '../images/nifti'
import { temporaryBeside, whileWriting } from '../storage/atomic'
import { openSliceThreads, type SliceThreads } from './sliceThreads'

export interface SamplePatientFiles {
  /** CT files and nothing else. */
  dicomFolder: string
  /** Target map on the same grid, values of PHANTOM_LABELS, `.nii.gz`. */
  truth: string
}

export interface SampleOptions {
  signal?: AbortSignal
  /** In slices. */
  onProgress?: (progress: { done: number; total: number }) => void
  /** Those to make the slices with; else own ones, for this call. */
  threads?: SliceThreads
  /** Folder with this patient that came with the app: copied instead of made anew, when it is whole and of this version. */
  shipped?: string | null
}

/** A patient is written in seconds: what lies half-written for longer was left by a process that was ended. */
const ABANDONED_MS = 10 * 60_000

const receiptSchema = z.object({
  generator: z.literal(PHANTOM_VERSION),
  patient: z.string(),
  seed: z.number(),
  files: z.number(),
})
const RECEIPT = 'sample.json'

const filesIn = (folder: string): SamplePatientFiles => ({
  dicomFolder: join(folder, 'dicom'),
  truth: join(folder, 'truth.nii.gz'),
})

/** True when `folder` holds this patient as this version of the generator writes it, all files in full length. */
export async function sampleIsComplete(folder: string, patient: PhantomPatient): Promise<boolean> {
  try {
    const receipt = receiptSchema.parse(JSON.parse(await readFile(join(folder, RECEIPT), 'utf8')))
    if (receipt.seed !== patient.seed || receipt.files !== patient.size[2]) return false
    const { dicomFolder, truth } = filesIn(folder)
    const names = await readdir(dicomFolder)
    const sizes = await Promise.all(names.map(async name => (await stat(join(dicomFolder, name))).size))
    const pixelBytes = 2 * patient.size[0] * patient.size[1]
    return names.length === receipt.files && sizes.every(size => size > pixelBytes) && (await stat(truth)).size > 0
  } catch {
    // Missing, damaged or another version's: whatever it is, it is not the sample, and it is made again.
    return false
  }
}

/**
 * Writes the patient into `folder` unless it is there already. Everything is written beside it first and put in place by one rename;
 * what was there of another version goes.
 * @throws cancelled, not-writable, disk-full
 */
export async function writeSamplePatient(
  folder: string,
  patient: PhantomPatient,
  options: SampleOptions = {},
): Promise<SamplePatientFiles> {
  const total = patient.size[2]
  if (await sampleIsComplete(folder, patient)) {
    options.onProgress?.({ done: total, total })
    return filesIn(folder)
  }
  const temporary = temporaryBeside(folder)
  const { shipped = null } = options
  try {
    await removeAbandoned(folder)
    if (shipped !== null && (await sampleIsComplete(shipped, patient))) {
      await copyAll(shipped, temporary)
      options.onProgress?.({ done: total, total })
    } else await writeAll(temporary, patient, options)
    await putInPlace(temporary, folder, patient)
  } catch (thrown) {
    throw whileWriting(folder, thrown)
  } finally {
    // Where even its folder can't be used there is nothing to remove; the first error is the one to tell.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
  }
  return filesIn(folder)
}

/** File by file: copying a folder as a whole does not work out of an app's archive. */
async function copyAll(from: string, to: string): Promise<void> {
  const [source, target] = [filesIn(from), filesIn(to)]
  await mkdir(target.dicomFolder, { recursive: true })
  const names = await readdir(source.dicomFolder)
  await Promise.all([
    ...names.map(name => copyFile(join(source.dicomFolder, name), join(target.dicomFolder, name))),
    copyFile(source.truth, target.truth),
  ])
  await copyFile(join(from, RECEIPT), join(to, RECEIPT))
}

/** Folders of this patient that nobody writes to any more. */
async function removeAbandoned(folder: string): Promise<void> {
  const parent = dirname(folder)
  const names = await readdir(parent).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return []
    throw thrown
  })
  for (const name of names.filter(name => name.startsWith(`.${basename(folder)}.`) && name.endsWith('.tmp'))) {
    const path = join(parent, name)
    const { mtimeMs } = await stat(join(path, 'dicom')).catch(() => stat(path))
    if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true })
  }
}

async function writeAll(folder: string, patient: PhantomPatient, options: SampleOptions): Promise<void> {
  const { signal, onProgress } = options
  const { dicomFolder, truth } = filesIn(folder)
  await mkdir(dicomFolder, { recursive: true })
  const grid = sliceGrid(patient)
  const plane = grid.columns * grid.rows
  const slices = patient.size[2]
  const labels = new Uint8Array(plane * slices)
  let done = 0
  const threads = options.threads ?? openSliceThreads()
  try {
    await threads.write({
      patient,
      dicomFolder,
      signal,
      onSlice: made => {
        labels.set(made.labels, made.k * plane)
        onProgress?.({ done: ++done, total: slices })
      },
    })
  } finally {
    if (!options.threads) await threads.close()
  }
  await writeNifti(truth, { size: patient.size, affineLps: gridAffine(grid), data: labels })
  const receipt: z.infer<typeof receiptSchema> = {
    generator: PHANTOM_VERSION,
    patient: patient.id,
    seed: patient.seed,
    files: slices,
  }
  await writeFile(join(folder, RECEIPT), `${JSON.stringify(receipt)}\n`)
}

/**
 * Another process may be faster: its result is as good as ours, and is never moved. What stands there of another version, or
 * incomplete, makes room; whoever then finds the place taken looks again, for a third process may have been faster.
 */
async function putInPlace(temporary: string, folder: string, patient: PhantomPatient): Promise<void> {
  for (;;) {
    try {
      return await rename(temporary, folder)
    } catch (thrown) {
      const { code = '' } = thrown as NodeJS.ErrnoException
      if (!TAKEN.includes(code)) throw thrown
      if (await sampleIsComplete(folder, patient)) return
      if (!(await moveAway(folder)) && code === 'EPERM') throw thrown
    }
  }
}

/** What a system says of a rename to a folder that is there; EPERM is Windows' word for it, and may mean more. */
const TAKEN = ['ENOTEMPTY', 'EEXIST', 'EPERM']

/** @returns false when nothing was there any more. */
async function moveAway(folder: string): Promise<boolean> {
  const aside = temporaryBeside(folder)
  try {
    await rename(folder, aside)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw thrown
  }
  await rm(aside, { recursive: true, force: true })
  return true
}
