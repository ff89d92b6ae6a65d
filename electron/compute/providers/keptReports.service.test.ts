import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { KeptReports, thisMachine, type TestedOn } from './keptReports'
import { TestedProviders } from './tested'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagitta-kept-'))
  file = join(folder, 'processors.json')
})
afterEach(() => rm(folder, { recursive: true }))

/** Which providers were tested while `work` ran. */
async function testedDuring(
  work: (options: { onTesting: (name: string) => void }) => Promise<unknown>,
): Promise<string[]> {
  const names: string[] = []
  await work({ onTesting: name => names.push(name) })
  return names
}
const restarted = (machine?: TestedOn) => new TestedProviders(1, new KeptReports(file, machine))
const { providers } = thisMachine()

describe('reports of an earlier start', () => {
  it('are used without testing, and "again" tests all the same', async () => {
    const first = restarted()
    expect(await testedDuring(options => first.known(options))).toEqual(providers)
    const second = restarted()
    expect(await testedDuring(options => second.known(options))).toEqual([])
    expect(await second.known()).toEqual(await first.known())
    expect(await testedDuring(options => second.test(options))).toEqual(providers)
    expect(await readdir(folder)).toEqual(['processors.json'])
  })

  it.each<[string, Partial<TestedOn>]>([
    ['ONNX Runtime', { onnxruntime: '0.0.0' }],
    ['Electron', { electron: '0.0.0' }],
    ['Node', { node: '0.0.0' }],
    ['CPU', { cpu: 'another' }],
    ['number of cores', { cores: 0 }],
    ['list of providers', { providers: [...providers, 'abacus'] }],
  ])('do not hold for another %s', async (_, other) => {
    const reports = [{ name: 'cpu', usable: true, chosen: true, reason: 'kept', stepMs: 1, threads: 1 }]
    await new KeptReports(file).save(reports)
    expect(await new KeptReports(file).load()).toEqual(reports)
    expect(await new KeptReports(file, { ...thisMachine(), ...other }).load()).toBeNull()
  })

  it.each(['', '{"version":1', '{"version":2}', '{"version":1,"reports":[]}', 'null'])(
    'that cannot be read (%j) mean testing, and are replaced',
    async text => {
      await writeFile(file, text)
      expect(await testedDuring(options => restarted().known(options))).toEqual(providers)
      expect(await new KeptReports(file).load()).toHaveLength(providers.length)
    },
  )

  it('that cannot be kept cost the next start a test and nothing else', async () => {
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const nowhere = new KeptReports(join(folder, 'none', 'processors.json'))
    expect(await new TestedProviders(1, nowhere).known()).toHaveLength(providers.length)
    expect(warned.mock.calls.join()).toContain('tested again')
    expect(await nowhere.load()).toBeNull()
    warned.mockRestore()
  })

  it('are not left by a test that was stopped', async () => {
    const stop = new AbortController()
    const stopped = restarted().known({ signal: stop.signal, onTesting: () => stop.abort() })
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
