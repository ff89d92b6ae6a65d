// Bench of opening a study: header scan, first slice, whole volume and memory on 1000 generated slices; compressed series beside native tools.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadVolume, scanPaths } from '#study/index'
import { quantile, rounded } from './_statistics'
import { writeSeries } from './_dicomSeries'

const SIZE = 512
const SLICES = 1000
const RUNS = 3

interface Run {
  scanMs: number
  /** From the start of the scan. */
  firstSliceMs: number
  totalMs: number
  peakMb: number
  volumeMb: number
}

/** One opening of a folder; in a process of its own, so that its peak memory is its own. */
export async function open(folder: string): Promise<Run> {
  const started = performance.now()
  const { sources } = await scanPaths([folder])
  const scanned = performance.now()
  const [source] = sources.values()
  if (!source) throw new Error(`no volume in ${folder}`)
  let first = 0
  const { data } = await loadVolume(source, { firstSlice: 0, onSlice: () => void (first ||= performance.now()) })
  return {
    scanMs: rounded(scanned - started),
    firstSliceMs: rounded(first - started),
    totalMs: rounded(performance.now() - started),
    peakMb: rounded(process.resourceUsage().maxRSS / 1024),
    volumeMb: rounded(data.byteLength / 2 ** 20),
  }
}

function openInProcess(folder: string): Run {
  const code = `require(${JSON.stringify(__filename)}).open(process.argv[1]).then(run => console.log(JSON.stringify(run)))`
  return JSON.parse(execFileSync(process.execPath, ['-e', code, folder], { encoding: 'utf8' })) as Run
}

/** The run with the median total; the first fills the cache and does not count. */
function medianRun(folder: string): Run {
  openInProcess(folder)
  const runs = Array.from({ length: RUNS }, () => openInProcess(folder)).sort((a, b) => a.totalMs - b.totalMs)
  return runs[Math.floor(RUNS / 2)]!
}

/** Median milliseconds of a shell command; null where its program is not installed. */
function nativeMs(program: string, command: string): number | null {
  if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0) return null
  const times = Array.from({ length: RUNS + 1 }, () => {
    const started = performance.now()
    execFileSync('sh', ['-c', command], { stdio: 'ignore' })
    return performance.now() - started
  })
  return rounded(quantile(times.slice(1), 0.5))
}

/** Smooth anatomy-like gradients with noise: compresses like a scan, not like a pattern. */
function words(k: number): Uint8Array {
  const values = new Int16Array(SIZE * SIZE)
  let state = k + 1
  for (let n = 0; n < values.length; n++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    const [x, y] = [n % SIZE, n >> 9]
    values[n] = 1000 + 800 * Math.sin(x / 60 + k / 40) * Math.cos(y / 80) + (state >>> 27)
  }
  return new Uint8Array(values.buffer)
}

const COMPRESSED = [
  { name: 'jpeg2000', uid: '1.2.840.10008.1.2.4.90', encode: 'encodeJpeg2000', program: 'opj_decompress' },
  { name: 'jpeg-ls', uid: '1.2.840.10008.1.2.4.80', encode: 'encodeJpegLs', program: 'dcmdjpls' },
] as const
const COMPRESSED_SLICES = 60

async function compressedCases(folder: string): Promise<object[]> {
  const { default: codecs } = await import('dcmjs-codecs')
  await codecs.NativeCodecs.initializeAsync()
  return COMPRESSED.map(({ name, uid, encode, program }) => {
    const streams = join(folder, `${name}-streams`)
    const frame = (k: number): Uint8Array => {
      const context = new codecs.Context({
        ...{ width: SIZE, height: SIZE, bitsAllocated: 16, bitsStored: 16, samplesPerPixel: 1, pixelRepresentation: 1 },
        ...{ planarConfiguration: 0, photometricInterpretation: 'MONOCHROME2', decodedBuffer: words(k) },
      })
      return codecs.NativeCodecs[encode](context).getEncodedBuffer()!
    }
    const series = writeSeries(join(folder, name), {
      slices: COMPRESSED_SLICES,
      size: SIZE,
      frame,
      transferSyntaxUid: uid,
    })
    const out = mkdtempSync(join(folder, 'out-'))
    // Both sides two at a time: our pool has two threads.
    const native =
      program === 'opj_decompress'
        ? `ls ${extracted(series, streams)} | xargs -P2 -I{} opj_decompress -quiet -i ${streams}/{} -o ${out}/{}.pgm`
        : `ls ${series} | xargs -P2 -I{} dcmdjpls ${series}/{} ${out}/{}`
    const run = medianRun(series)
    const nativeRunMs = nativeMs(program, native)
    return {
      case: name,
      slices: COMPRESSED_SLICES,
      ...run,
      native: program,
      nativeMs: nativeRunMs,
      ratio: ratio(run.totalMs, nativeRunMs),
    }
  })
}

const ratio = (own: number, native: number | null): number | null => (native === null ? null : rounded(own / native))

/** Bare codestreams for a tool that reads no DICOM: everything from the SOC marker on. */
function extracted(series: string, streams: string): string {
  execFileSync('mkdir', ['-p', streams])
  for (const name of readdirSync(series)) {
    const file = readFileSync(join(series, name))
    writeFileSync(join(streams, `${name}.j2k`), file.subarray(file.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]))))
  }
  return streams
}

export async function main(): Promise<{ cases: object[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'sagitta-bench-'))
  try {
    const cases: object[] = []
    for (const slices of [SLICES / 4, SLICES / 2, SLICES]) {
      const series = writeSeries(join(folder, String(slices)), { slices, size: SIZE, frame: words })
      const run = medianRun(series)
      const filesPerSecond = Math.round((1000 * slices) / run.scanMs)
      const memoryRatio = rounded(run.peakMb / run.volumeMb)
      const out = mkdtempSync(join(folder, 'out-'))
      const dcm2niixMs = slices === SLICES ? nativeMs('dcm2niix', `dcm2niix -z n -o ${out} -f x ${series}`) : null
      cases.push({ case: `${slices} slices`, ...run, filesPerSecond, memoryRatio, dcm2niixMs })
      rmSync(series, { recursive: true })
      rmSync(out, { recursive: true })
    }
    return { cases: [...cases, ...(await compressedCases(folder))] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
