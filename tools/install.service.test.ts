// What `npm ci` must bring without any download beside the packages themselves (CASES E05).
import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { createGraph, input } from '#models/ir/index'
import { toOnnx } from '#models/onnx/index'
import { add } from '#models/ops/index'

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

describe('the installed ONNX Runtime', () => {
  it('adds two and three', async () => {
    const [a, b] = [input('a', 'float32', [1]), input('b', 'float32', [1])]
    const graph = createGraph({ a, b }, { sum: add(a, b) })
    const session = await InferenceSession.create(toOnnx(graph, { name: 'add' }))
    const { sum } = await session.run({
      a: new Tensor(Float32Array.of(2), [1]),
      b: new Tensor(Float32Array.of(3), [1]),
    })
    expect(sum?.data).toEqual(Float32Array.of(5))
    await session.release()
  })

  it("came without its download of CUDA, by both of npm's ways to say so", () => {
    expect(read('.npmrc')).toMatch(/^onnxruntime-node-install=skip$/m)
    const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> }
    expect(allowScripts['onnxruntime-node']).toBe(false)
  })

  it('leaves npm nothing to ask: every install script is allowed or denied', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { hasInstallScript?: true; optional?: true }>
    }
    const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, boolean> }
    const scripted = Object.entries(packages)
      .filter(([, facts]) => facts.hasInstallScript && !facts.optional)
      .map(([path]) => path.split('node_modules/').at(-1)!)
    expect(scripted.filter(name => !(name in allowScripts))).toEqual([])
  })

  it('is not refused by engine-strict: Electron asks for a newer Node than it needs here', () => {
    expect(read('.npmrc')).not.toContain('engine-strict')
  })
})
