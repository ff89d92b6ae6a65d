// Bench of drawing: from a stroke sent over a message port to its acknowledgement (it is in the journal file then), undo, journal size, opening again.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { projectContract } from '#common/ipc/project'
import { Connection, type Port } from '#common/ipc/rpc'
import { voxelsContract, type Stroke } from '#common/ipc/voxels'
import { studyServices, StudyService, writeNifti } from '#study/index'
import { rounded, summary } from './_statistics'

const portOf = (port: MessagePort): Port => ({
  post: message => port.postMessage(message),
  onMessage: listener => void port.on('message', listener),
  onClose: listener => void port.on('close', listener),
})

interface Case {
  size: [number, number, number]
  strokes: number
  radiusMm: number
  /** Mouse samples a stroke. */
  samples: number
}

const CASES: Case[] = [
  { size: [256, 256, 64], strokes: 200, radiusMm: 3, samples: 1 },
  { size: [512, 512, 200], strokes: 500, radiusMm: 8, samples: 40 },
]

export async function main(): Promise<{ cases: object[] }> {
  const cases = []
  for (const one of CASES) cases.push(await measured(one))
  return { cases }
}

async function measured({ size, strokes, radiusMm, samples }: Case): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'sagitta-bench-'))
  const [columns, rows, slices] = size
  const study = new StudyService({
    scratchRoot: join(folder, 'scratch'),
    sampleRoot: folder,
    cacheRoot: folder,
    who: () => 'bench',
    memoryLimitBytes: () => Infinity,
  })
  const { port1, port2 } = new MessageChannel()
  study.connect(portOf(port2), studyServices(study).control)
  const connection = new Connection(portOf(port1), 'The study service')
  const [project, voxels] = [connection.client(projectContract), connection.client(voxelsContract)]
  const affineLps = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
  await writeNifti(join(folder, 'ct.nii'), { size, affineLps, data: new Int16Array(columns * rows * slices) })
  try {
    const state = await project.add({ paths: [join(folder, 'ct.nii')] }).done
    const { volumeId } = state.sources[0]!
    await voxels.openLabels({ volumeId })

    const strokeMs: number[] = []
    for (let n = 0; n < strokes; n++) {
      const points = Array.from({ length: samples }, (_, p): [number, number] => [
        (n * 37 + 2 * p) % columns,
        (n * 59 + p) % rows,
      ])
      const stroke: Stroke = {
        ...{ volumeId, points, radiusMm, k: (n * 7) % slices },
        ...{ tool: 'brush', label: 1, paintOver: 'unlocked' },
      }
      strokeMs.push(await time(() => voxels.stroke(stroke)))
    }
    const [journal] = readdirSync(join(state.folder, 'journal'))
    const journalBytes = statSync(join(state.folder, 'journal', journal!)).size
    const undoMs: number[] = []
    for (let n = 0; n < strokes; n++) undoMs.push(await time(() => voxels.undo({ volumeId })))
    const closeMs = await time(() => project.close({}))
    await project.open({ folder: state.folder })
    const openMs = await time(() => voxels.openLabels({ volumeId }))
    return {
      ...{ size, strokes, radiusMm, samples, journalBytes, naiveHistoryBytes: strokes * columns * rows * slices },
      ...{
        acknowledgedMs: summary(strokeMs),
        undoMs: summary(undoMs),
        closeMs: rounded(closeMs),
        openMs: rounded(openMs),
      },
    }
  } finally {
    await study.closeProject()
    port1.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}
