import { Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { input, createGraph, scalar, type Value } from '#models/ir/index'
import { add, mul, reduceSum } from '#models/ops/index'
import { toOnnx } from '#models/onnx/index'
import type { Program } from '#models/programs/types'
import { OpenSession, openSessionCount } from './openSession'
import { ProgramSession } from './programSession'
import { StateTensors } from './stateTensors'
import { noiseFeeds } from './noise'

/** w' = w + x, loss = sum(w x): small enough to follow by hand. */
function adder(length = 3): Program {
  const x = input('x', 'float32', [length])
  const w = input('w', 'float32', [length])
  const graph = createGraph({ x, w }, { loss: reduceSum(mul(w, x)), 'next.w': add(w, x) })
  return {
    kind: 'train',
    model: () => toOnnx(graph, { name: 'adder' }),
    inputs: [{ name: 'x', dtype: 'float32', shape: [length] }],
    state: [{ name: 'w', dtype: 'float32', shape: [length], role: 'parameter', next: 'next.w' }],
    outputs: [{ name: 'loss', dtype: 'float32', shape: [] }],
  }
}
const options = { provider: 'cpu', threads: 1 }
const w = async (state: StateTensors) => [...(await state.snapshot()).get('w')!]

describe('a program session', () => {
  it('keeps the state in tensors allocated once, and takes a step only when it is accepted', async () => {
    const session = await ProgramSession.open(adder(), options)
    const state = new StateTensors(session.program.state, new Map([['w', Float32Array.of(1, 2, 3)]]))
    const [a, b] = [state.current('w'), state.spare('w')]
    const x = Float32Array.of(1, 1, 1)
    expect((await session.run({ x }, state)).loss![0]).toBe(6)
    expect(await w(state)).toEqual([1, 2, 3])
    state.accept()
    expect(await w(state)).toEqual([2, 3, 4])
    await session.run({ x }, state)
    state.accept()
    expect(await w(state)).toEqual([3, 4, 5])
    expect([state.current('w'), state.spare('w')]).toEqual([a, b])
    await session.release()
  })

  it('names the input that is missing, unknown, of another size or of another type', async () => {
    const session = await ProgramSession.open(adder(), options)
    const state = new StateTensors(session.program.state, new Map([['w', new Float32Array(3)]]))
    const fails = (feeds: Parameters<typeof session.run>[0], message: RegExp) =>
      expect(session.run(feeds, state)).rejects.toThrow(message)
    await fails({}, /x was not given; it is float32 \[3\]/)
    await fails({ x: new Float32Array(3), y: new Float32Array(3) }, /y is not an input/)
    await fails({ x: new Float32Array(4) }, /x has 4 numbers/)
    await fails({ x: new Int32Array(3) }, /x is Int32Array; the program wants float32/)
    await session.release()
  })

  it('refuses state of another network, naming the tensor', () => {
    expect(() => new StateTensors(adder().state, new Map())).toThrow(/w is missing/)
    expect(() => new StateTensors(adder().state, new Map([['w', new Float32Array(2)]]))).toThrow(/w has 2 numbers/)
  })

  it('draws the same noise for the same seed and step, and other noise for the next', () => {
    const specs = [{ name: 'n', dtype: 'float32', shape: [4], random: 'normal' }] as const
    const draw = (seed: number, step: number) => [...(noiseFeeds(specs, seed, step).n as Float32Array)]
    expect(draw(7, 3)).toEqual(draw(7, 3))
    expect(draw(7, 4)).not.toEqual(draw(7, 3))
    expect(draw(8, 3)).not.toEqual(draw(7, 3))
  })
})

describe('sessions', () => {
  it('say that bytes are no model', async () => {
    await expect(OpenSession.create(new TextEncoder().encode('no model'), 'notes.txt', options)).rejects.toMatchObject({
      code: 'model-invalid',
      details: { model: 'notes.txt' },
    })
  })

  it('on the CPU refuse a tensor that lies on a device, naming it', async () => {
    const session = await OpenSession.create(adder().model(), 'the adder', options)
    const x = new Tensor('float32', new Float32Array(3), [3])
    const w = Tensor.fromGpuBuffer({} as never, { dataType: 'float32', dims: [3] })
    await expect(session.run({ x, w }, { loss: null })).rejects.toThrow(/the adder runs on the CPU; w lies on a device/)
    await session.release()
  })

  it('do not grow memory when made and released 200 times, nor with 50 shapes (E07)', async () => {
    // 1 MB of weights.
    const constants = adder(250_000)
    const once = async () => {
      const session = await ProgramSession.open(constants, options)
      const state = new StateTensors(constants.state, new Map([['w', new Float32Array(250_000)]]))
      await session.run({ x: new Float32Array(250_000) }, state)
      await session.release()
    }
    for (let n = 0; n < 20; n++) await once()
    const before = process.memoryUsage().rss
    for (let n = 0; n < 200; n++) await once()
    const symbolic: Value = input('x', 'float32', ['n'])
    const bytes = toOnnx(createGraph({ x: symbolic }, { y: mul(symbolic, scalar(2)) }), { name: 'any size' })
    const session = await OpenSession.create(bytes, 'any size', options)
    for (let n = 16; n <= 512; n += 10)
      await session.run({ x: new Tensor('float32', new Float32Array(n * n), [n * n]) }, { y: null })
    await session.release()
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(50)
    expect(openSessionCount()).toBe(0)
  })
})
