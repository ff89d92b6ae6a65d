// A study process that is killed in the middle of drawing: every acknowledged stroke is there afterwards, to the voxel.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from '../testing/bundle'
import { DRAWING_SIZE, drawingStroke } from '../testing/drawing'
import { labelTable, volumeInfoOf } from '../testing/volumeInfo'
import { LabelMap } from './labelMap'
import { snapshotFiles } from './labelNifti'

let script: string
beforeAll(() => {
  script = bundle(join(import.meta.dirname, '../testing/drawingProcess.ts'))
})
afterAll(() => rmSync(script, { force: true }))

const open = (folder: string): Promise<LabelMap> =>
  LabelMap.open({
    info: volumeInfoOf(DRAWING_SIZE),
    folder,
    snapshot: null,
    files: snapshotFiles,
    point: async () => undefined,
    table: () => labelTable('One', 'Two', 'Three'),
    who: () => 'Tester',
    onTrouble: error => {
      throw error
    },
  })

/** Draws in another process until at least `strokes` were acknowledged, then kills it. @returns what it said */
async function drawAndKill(folder: string, strokes: number): Promise<{ drawn: number; lastSeq: number }> {
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    said += text
    if (said.split('\n').length > strokes) child.kill('SIGKILL')
  })
  await once(child, 'close')
  const acks = said.slice(0, said.lastIndexOf('\n')).split('\n')
  const seqs = acks.map(line => Number(line.split(' ')[1])).filter(Number.isFinite)
  return { drawn: acks.length, lastSeq: Math.max(...seqs) }
}

describe('kill -9', () => {
  it.each([1, 37, 150])('after %i acknowledged strokes loses none of them', async strokes => {
    const folder = mkdtempSync(join(tmpdir(), 'sagitta-killed-'))
    try {
      const { drawn, lastSeq } = await drawAndKill(folder, strokes)
      expect(drawn).toBeGreaterThanOrEqual(strokes)
      const found = await open(folder)
      expect(found.seq).toBeGreaterThanOrEqual(lastSeq)

      // The same strokes again, in memory: as many as the journal has, whether or not the last was acknowledged.
      const fresh = mkdtempSync(join(tmpdir(), 'sagitta-again-'))
      const again = await open(fresh)
      for (let n = 0; again.seq < found.seq; n++) await again.stroke(drawingStroke(n))
      expect(Buffer.from(found.values.buffer).equals(Buffer.from(again.values.buffer))).toBe(true)
      await again.close()
      await found.close()
      rmSync(fresh, { recursive: true })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('goes on in the journal of a killed process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sagitta-killed-'))
    try {
      await drawAndKill(folder, 20)
      const first = await open(folder)
      const { seq } = first
      await first.close()
      const { lastSeq } = await drawAndKill(folder, 20)
      expect(lastSeq).toBeGreaterThan(seq)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
