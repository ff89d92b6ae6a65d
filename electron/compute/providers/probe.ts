// Runs the probe program on one provider: its numbers, its speed, and which provider really computed each operator.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProgramSession } from '../runtime/programSession'
import { StateTensors } from '../runtime/stateTensors'
import type { ProbeProgram } from './probeProgram'

/** The first steps allocate; they are compared but not timed. */
const WARM_UP = 2
const TIMED = 3

export interface ProbeResult {
  /** Loss and gradient norm of every step. */
  readonly losses: readonly number[]
  readonly gradientNorms: readonly number[]
  /** Parameters after the last step. */
  readonly parameters: ReadonlyMap<string, Float32Array>
  /** Median, ms. */
  readonly stepMs: number
  /** Operators per provider, as the run's own record counts them, named as the build names providers. */
  readonly operators: ReadonlyMap<string, number>
}

/** @throws provider-unavailable, model-invalid, internal. */
export async function probe(
  provider: string,
  threads: number | null,
  { program, initial, feeds }: ProbeProgram,
): Promise<ProbeResult> {
  const folder = await mkdtemp(join(tmpdir(), 'sagitta-probe-'))
  try {
    const session = await ProgramSession.open(program, { provider, threads, profilePrefix: join(folder, 'run') })
    const state = new StateTensors(program.state, initial, provider)
    const losses: number[] = []
    const gradientNorms: number[] = []
    const times: number[] = []
    try {
      for (let step = 0; step < WARM_UP + TIMED; step++) {
        const start = performance.now()
        const { loss, gradientNorm } = await session.run(feeds, state)
        state.accept()
        losses.push(loss![0]!)
        gradientNorms.push(gradientNorm![0]!)
        if (step >= WARM_UP) times.push(performance.now() - start)
      }
      session.endProfiling()
      const stepMs = times.sort((a, b) => a - b)[TIMED >> 1]!
      const parameters = await state.snapshot()
      return { losses, gradientNorms, parameters, stepMs, operators: await operatorsIn(folder) }
    } finally {
      await state.release()
      await session.release()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** "CPUExecutionProvider" in the record, "cpu" in the list of providers. */
const listedName = (provider: string): string => {
  const name = provider.replace(/ExecutionProvider$/, '').toLowerCase()
  return { nvtensorrtrtx: 'tensorrt', js: 'webgpu' }[name] ?? name
}

async function operatorsIn(folder: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const name of await readdir(folder)) {
    const events = JSON.parse(await readFile(join(folder, name), 'utf8')) as { args?: { provider?: string } }[]
    for (const { args } of events) {
      if (!args?.provider) continue
      const provider = listedName(args.provider)
      counts.set(provider, (counts.get(provider) ?? 0) + 1)
    }
  }
  return counts
}
