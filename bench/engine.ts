// Bench of training steps: each architecture on one provider, step by step beside the same network in PyTorch where Debian's is installed.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { availableParallelism } from 'node:os'
import { ProgramSession, StateTensors } from '#compute/index'
import { CASES, feedsOf, type EngineCase } from './_engineCases'
import { quantile, rounded } from './_statistics'
import { TorchPeer, type Timing } from './_torchPeer'

/** The first steps allocate and are slower. */
const WARM_UP = 3
const LEAST_STEPS = 5
const MOST_STEPS = 40

interface Options {
  readonly provider: string
  readonly threads: number
  readonly seconds: number
}

/**
 * `--provider NAME` (cpu), `--threads N` (one per core), `--seconds N` of measuring a case (20), `--only TEXT` in a case's name. Times are
 * medians in ms; `ratio` is the median of step-by-step ratios of wall time to PyTorch's, `cpuRatio` of processor time, which other work on the
 * machine disturbs less. The target is 1.3.
 */
export async function main(argv: readonly string[], { root }: { readonly root: string }) {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      provider: { type: 'string', default: 'cpu' },
      threads: { type: 'string', default: String(availableParallelism()) },
      seconds: { type: 'string', default: '20' },
      only: { type: 'string', default: '' },
    },
  })
  const options = { provider: values.provider, threads: Number(values.threads), seconds: Number(values.seconds) }
  const peer = await TorchPeer.start(join(root, 'bench/engineTorch.py'), options.threads)
  const cases: object[] = []
  for (const one of CASES.filter(({ name }) => name.includes(values.only))) {
    console.error(`${one.name} ...`)
    cases.push(await measure(one, options, typeof peer === 'string' ? null : peer))
  }
  if (typeof peer !== 'string') peer.stop()
  return { ...options, peer: typeof peer === 'string' ? `none: ${peer}` : `PyTorch ${peer.version}`, cases }
}

async function measure({ name, programs, peer }: EngineCase, options: Options, torch: TorchPeer | null) {
  const started = performance.now()
  const { train, initialState } = programs()
  const session = await ProgramSession.open(train, options)
  const openMs = performance.now() - started
  const state = new StateTensors(train.state, initialState(1), options.provider)
  const feeds = feedsOf(train)
  const own = async (): Promise<Timing> => {
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    await session.run(feeds, state)
    state.accept()
    const { user, system } = process.cpuUsage(cpu)
    return { ms: performance.now() - start, cpuMs: (user + system) / 1000 }
  }
  const parameters = await torch?.build(peer)
  for (let n = 0; n < WARM_UP; n++) {
    await own()
    await torch?.step()
  }
  const mine: Timing[] = []
  const theirs: Timing[] = []
  const until = performance.now() + 1000 * options.seconds
  for (let n = 0; n < LEAST_STEPS || (n < MOST_STEPS && performance.now() < until); n++) {
    // Who goes first changes, so that neither always runs in the other's wake.
    if (torch && n % 2 === 1) theirs.push(await torch.step())
    mine.push(await own())
    if (torch && n % 2 === 0) theirs.push(await torch.step())
  }
  await state.release()
  await session.release()
  return {
    name,
    steps: mine.length,
    openMs: rounded(openMs),
    ms: median(mine.map(({ ms }) => ms)),
    cpuMs: median(mine.map(({ cpuMs }) => cpuMs)),
    ...(torch && {
      torch: { parameters, ms: median(theirs.map(({ ms }) => ms)), cpuMs: median(theirs.map(({ cpuMs }) => cpuMs)) },
      ratio: median(mine.map(({ ms }, n) => ms / theirs[n]!.ms)),
      cpuRatio: median(mine.map(({ cpuMs }, n) => cpuMs / theirs[n]!.cpuMs)),
    }),
  }
}

const median = (values: readonly number[]): number => rounded(quantile(values, 0.5))
