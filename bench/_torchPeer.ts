// PyTorch beside the engine: a Python process that steps when told, or the reason why there is none.
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'

const hello = z.object({ torch: z.string(), openblas: z.boolean() })
const built = z.object({ parameters: z.number() })
const stepped = z.object({ ms: z.number(), cpuMs: z.number() })

export type Timing = z.infer<typeof stepped>

/** Debian's own Python first: another one on the path does not see Debian's packages. */
const PYTHONS = ['/usr/bin/python3', 'python3']

export class TorchPeer {
  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
    readonly version: string,
  ) {}

  /** A peer, or what is missing for one. Without OpenBLAS PyTorch's matrix products are crippled, and it is no peer. */
  static async start(script: string, threads: number): Promise<TorchPeer | string> {
    for (const python of PYTHONS) {
      const child = spawn(python, [script, String(threads)], {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
      })
      child.on('error', () => child.stdout.destroy())
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      const first = await lines.next().catch(() => ({ done: true as const, value: undefined }))
      if (first.done) continue
      const { torch, openblas } = hello.parse(JSON.parse(first.value))
      if (openblas) return new TorchPeer(child, lines, torch)
      child.kill()
      return 'libopenblas0-pthread is not installed'
    }
    return 'python3-torch is not installed'
  }

  async build(peer: Readonly<Record<string, unknown>>): Promise<number> {
    return built.parse(await this.ask({ case: peer })).parameters
  }

  async step(): Promise<Timing> {
    return stepped.parse(await this.ask({ step: 1 }))
  }

  stop(): void {
    this.child.stdin.end()
  }

  private async ask(command: unknown): Promise<unknown> {
    this.child.stdin.write(`${JSON.stringify(command)}\n`)
    const line = await this.lines.next()
    if (line.done) throw new Error('PyTorch ended in the middle of the bench')
    return JSON.parse(line.value)
  }
}
