// For tests: a process that draws without end and says what was acknowledged, until it is killed.
import { LabelMap } from '../labels/labelMap'
import { snapshotFiles } from '../labels/labelNifti'
import { DRAWING_SIZE, drawingStroke } from './drawing'
import { labelTable, volumeInfoOf } from './volumeInfo'

async function draw(folder: string): Promise<void> {
  const map = await LabelMap.open({
    info: volumeInfoOf(DRAWING_SIZE),
    folder,
    snapshot: null,
    files: snapshotFiles,
    point: async () => undefined,
    table: () => labelTable('One', 'Two', 'Three'),
    who: () => 'Tester',
    onTrouble: error => console.error(error),
  })
  for (let n = map.seq; ; n++) {
    const { entry } = await map.stroke(drawingStroke(n))
    process.stdout.write(`${n} ${entry.action === 'none' ? 'nothing' : entry.seq}\n`)
  }
}

const [folder] = process.argv.slice(2)
if (folder) void draw(folder)
